import type { OAuthFault } from './oauth-error.ts'

/** The query of `GET /oauth2/auth`, before anything in it is believed. */
export interface AuthorizeQuery {
  /** Decoded values; empty ones count as absent. */
  values: Partial<Record<Exclude<ParameterName, 'state'>, string>>
  /** As it was percent-encoded in the request; null when there was none. */
  rawState: string | null
  /** Parameters given more than once, which RFC 6749 §3.1 forbids. */
  repeated: readonly ParameterName[]
}

const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

type ParameterName = (typeof PARAMETERS)[number]

/**
 * Reads the query of a request's URL (in ASCII: Node refuses other bytes there). `state` is kept as it was written, for it goes back byte for byte (wire contract
 * §7): decoding and encoding again would change a lone `+`, `%2f` or bytes that are no UTF-8. Parameters that we do
 * not know are ignored.
 */
export function readAuthorizeQuery(url: string): AuthorizeQuery {
  const found = new Map<ParameterName, { decoded: string; raw: string }>()
  const repeated = new Set<ParameterName>()
  const mark = url.indexOf('?')
  for (const part of mark < 0 ? [] : url.slice(mark + 1).split('&')) {
    const [[name, decoded] = ['', '']] = new URLSearchParams(part)
    if (!isParameter(name)) continue
    if (found.has(name)) repeated.add(name)
    const equals = part.indexOf('=')
    found.set(name, { decoded, raw: equals < 0 ? '' : part.slice(equals + 1) })
  }
  const values: AuthorizeQuery['values'] = {}
  for (const [name, { decoded }] of found) if (name !== 'state' && decoded !== '') values[name] = decoded
  return { values, rawState: found.get('state')?.raw ?? null, repeated: [...repeated] }
}

const isParameter = (name: string): name is ParameterName => PARAMETERS.includes(name as ParameterName)

/** A proof key that the app will have to show at the token endpoint (RFC 7636). */
export interface ProofKey {
  challenge: string
  method: 'S256' | 'plain'
}

const CHALLENGE = /^[A-Za-z0-9\-._~]{43,128}$/

/** Checks what needs neither the app nor the user; faults go back to the app by redirect. */
export function readProofKey(
  query: AuthorizeQuery,
): { ok: true; proofKey: ProofKey | null } | { ok: false; fault: OAuthFault } {
  const { code_challenge: challenge, code_challenge_method: method = 'plain' } = query.values
  if (challenge === undefined) {
    if (query.values.code_challenge_method === undefined) return { ok: true, proofKey: null }
    return invalid('code_challenge_method was sent without code_challenge: send both, or neither')
  }
  if (method !== 'S256' && method !== 'plain') {
    return invalid(`code_challenge_method is ${JSON.stringify(method)}, but must be S256 or plain`)
  }
  if (!CHALLENGE.test(challenge)) {
    return invalid('code_challenge must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~')
  }
  return { ok: true, proofKey: { challenge, method } }
}

/** What is wrong with the request's frame, or undefined. */
export function frameFault(query: AuthorizeQuery): OAuthFault | undefined {
  const [repeated] = query.repeated
  if (repeated) {
    return { error: 'invalid_request', description: `${repeated} was sent more than once: send it once` }
  }
  const type = query.values.response_type
  if (type === 'code') return undefined
  if (type === undefined) {
    return { error: 'invalid_request', description: 'response_type is missing: send response_type=code' }
  }
  return {
    error: 'unsupported_response_type',
    description: `response_type is ${JSON.stringify(type)}, but only code is served`,
  }
}

const invalid = (description: string): { ok: false; fault: OAuthFault } => ({
  ok: false,
  fault: { error: 'invalid_request', description },
})
