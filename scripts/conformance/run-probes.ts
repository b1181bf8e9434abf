import { exchange, type Sent } from './exchange.ts'
import type { Marketplace } from './marketplace.ts'

/** What probes need of a marketplace. */
export type ProbedMarketplace = Omit<Marketplace, 'sessions'>

import type { Presented, Probe } from './probes.ts'
import type { Failure } from './report.ts'
import type { ExactAnswers } from './rulings.ts'
import { type AnswerValidator, parseJson } from './validate-answer.ts'

export interface RunDeps {
  url: string
  validator: AnswerValidator
  marketplace: ProbedMarketplace
  /** Operations whose answers may hold no field beyond the description. */
  exact: ExactAnswers
  /** Told of every request once it is answered. */
  answered?: (probe: Probe, sent: Sent, status: number) => void
}

export interface Outcome {
  requests: number
  failures: Failure[]
  /** Fields of good answers beyond the description, by operation. */
  additions: Map<string, Set<string>>
}

/** Sends the probes one after the other, for an answer may depend on the one before. */
export async function runProbes(deps: RunDeps, probes: readonly Probe[]): Promise<Outcome> {
  const outcome: Outcome = { requests: 0, failures: [], additions: new Map() }
  for (const probe of probes) {
    const { operation, name, expected } = probe
    const sent = toSend(deps, probe)
    const answer = await exchange(sent)
    outcome.requests++
    deps.answered?.(probe, sent, answer.status)
    const faults = [
      ...requestFaults(deps.validator, probe),
      ...deps.validator.faults(operation, answer, expected),
      ...(answer.status === 200 ? deps.validator.tooMuch(operation, parseJson(answer.text), deps.exact) : []),
    ]
    if (faults.length > 0)
      outcome.failures.push({ operation: operation.id, what: name, faults, sent, answer })
    else if (answer.status === 200) noteAdditions(deps, probe, answer.text, outcome)
  }
  return outcome
}

/** A request made wrongly would make a right answer worthless. */
function requestFaults(validator: AnswerValidator, { operation, shape, fits }: Probe): string[] {
  if (!operation.body || shape.body === null) return []
  const body = parseJson(shape.body)
  const breaches = body === undefined ? ['is no JSON'] : validator.breaches(operation.body, body)
  if (fits) return breaches.map((breach) => `the request made here does not fit the description: ${breach}`)
  return breaches.length > 0 ? [] : ['the request made here as a bad one fits the description']
}

function toSend({ url, marketplace }: RunDeps, { shape, credentials }: Probe): Sent {
  return {
    method: shape.method,
    url: url + shape.path,
    headers: {
      ...credentialHeaders(marketplace, credentials),
      ...(shape.body !== null && { 'content-type': 'application/json' }),
    },
    body: shape.body,
  }
}

/** The headers of each way to say who calls. */
export function credentialHeaders(
  { key, accessToken, bareKey, bareToken, strangerKey }: ProbedMarketplace,
  presented: Presented,
): Record<string, string> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const headers: Record<Presented, Record<string, string>> = {
    none: {},
    key: { 'x-api-key': key },
    'key and token': { 'x-api-key': key, ...bearer(accessToken) },
    'wrong key': { 'x-api-key': 'no-such-key' },
    'wrong key and token': { 'x-api-key': 'no-such-key', ...bearer(accessToken) },
    'key of another app and token': { 'x-api-key': strangerKey, ...bearer(accessToken) },
    'key and wrong token': { 'x-api-key': key, ...bearer('no-such-token') },
    'key without permission': { 'x-api-key': bareKey },
    'key without permission, and token': { 'x-api-key': bareKey, ...bearer(accessToken) },
    'key and token without scope': { 'x-api-key': key, ...bearer(bareToken) },
  }
  return headers[presented]
}

function noteAdditions({ validator }: RunDeps, { operation }: Probe, text: string, outcome: Outcome): void {
  const schema = operation.answers['200']
  if (!schema) return
  const noted = outcome.additions.get(operation.id) ?? new Set()
  for (const field of validator.additions(schema, JSON.parse(text))) noted.add(field)
  if (noted.size > 0) outcome.additions.set(operation.id, noted)
}
