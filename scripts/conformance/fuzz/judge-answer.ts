import { CODES } from '@charsu/protocol/errors'
import type { Schema } from '../operations.ts'
import type { ExactAnswers } from '../rulings.ts'
import { type AnswerValidator, parseJson } from '../validate-answer.ts'
import type { FuzzRequest, Target } from './request-arbitrary.ts'
import type { FuzzAnswer } from './send-raw.ts'

export interface JudgeDeps {
  validator: Pick<AnswerValidator, 'breaches' | 'tooMuch'>
  exact: ExactAnswers
  /** Texts that no answer may hold, such as the credentials of this run. */
  secrets: readonly string[]
}

/** Statuses beside the code's own (wire contract §0). */
const OTHER_STATUSES: Readonly<Record<number, readonly number[]>> = { 3: [408, 413, 414, 415, 431] }
const STATUSES = new Map<unknown, readonly number[]>(
  Object.values(CODES).map(({ code, http }) => [code, [http, ...(OTHER_STATUSES[code] ?? [])]]),
)
const DETAIL_TYPE = /^type\.googleapis\.com\/google\.rpc\.[A-Z]\w+$/
/** What betrays the program: places in its source, words of its database. */
const INSIDE = [
  /\.ts:\d+/,
  /node_modules/,
  /\bat (async )?[\w.<>]+ \(/,
  /SQLSTATE|syntax error at or near|violates .* constraint/,
]

const UNIMPLEMENTED = 12
const UNAUTHENTICATED = 16

/** Everything that is wrong with an answer, whatever was asked; empty when it is as the contract has it. */
export function judge(deps: JudgeDeps, target: Target, request: FuzzRequest, answer: FuzzAnswer): string[] {
  const { operation, served } = target
  const { status, headers, text } = answer
  const found: string[] = []
  if (!headers['x-request-id']) found.push('the answer has no X-Request-Id')
  if (status >= 500 && status !== 501) found.push(`the status is ${status}: no request may be answered so`)
  if (request.method === 'HEAD') return found
  if (target.isPage) return [...found, ...betrayals(deps, text)]
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) {
    found.push(`the Content-Type is ${headers['content-type'] ?? 'missing'}, not application/json`)
  }
  found.push(...betrayals(deps, text))
  const body = parseJson(text)
  if (body === undefined) return [...found, 'the answer is no JSON']
  if (status >= 400) {
    found.push(...errorFaults(deps, operation.answers.default, { status, body }))
  } else if (status !== 200) {
    found.push(`the status is ${status}: an answer is 200 or an error`)
  } else if (served && request.method === operation.method) {
    found.push(...successFaults(deps, operation, body))
  }
  return [...found, ...promiseFaults(target, request.promise, { status, body })]
}

function betrayals({ secrets }: JudgeDeps, text: string): string[] {
  const found = secrets.some((secret) => text.includes(secret))
    ? ['the answer holds a secret of this run']
    : []
  return INSIDE.some((sign) => sign.test(text))
    ? [...found, 'the answer shows the inside of the program']
    : found
}

interface Said {
  status: number
  body: unknown
}

const codeOf = (body: unknown): unknown => (body as { code?: unknown } | null)?.code

function errorFaults({ validator }: JudgeDeps, schema: Schema | undefined, { status, body }: Said): string[] {
  const found = schema ? validator.breaches(schema, body) : []
  const code = codeOf(body)
  const allowed = STATUSES.get(code)
  if (!allowed) found.push(`the error's code is ${String(code)}, which is none of wire contract §0`)
  else if (!allowed.includes(status)) {
    found.push(
      `the error's code is ${String(code)} under status ${status}; it goes with ${allowed.join(', ')}`,
    )
  }
  const { message, details } = (body ?? {}) as { message?: unknown; details?: unknown }
  if (typeof message !== 'string' || message.trim() === '') found.push('the error has no message')
  for (const detail of Array.isArray(details) ? details : []) {
    const type = (detail as { '@type'?: unknown } | null)?.['@type']
    if (typeof type !== 'string' || !DETAIL_TYPE.test(type))
      found.push('a detail of the error is of no google.rpc type')
  }
  return found
}

function successFaults(
  { validator, exact }: JudgeDeps,
  operation: Target['operation'],
  body: unknown,
): string[] {
  const schema = operation.answers['200']
  if (!schema) return []
  return [...validator.breaches(schema, body), ...validator.tooMuch(operation, body, exact)]
}

/** Who leads a request to an operation without saying who calls hears that, and nothing of the rest (wire contract §0). */
function promiseFaults(
  { served, credentialsMayEnd }: Target,
  { leads, isKnown }: FuzzRequest['promise'],
  { status, body }: Said,
): string[] {
  const code = codeOf(body)
  if (!served && leads && code !== UNIMPLEMENTED)
    return [`an operation that is not served answered ${status}`]
  if (!served) return []
  if (!isKnown && status === 200) return ['a caller who did not say who they are was served']
  if (!leads) return []
  if (!isKnown && code !== UNAUTHENTICATED)
    return [`wrong credentials were answered ${status} instead of 401`]
  if (isKnown && code === UNAUTHENTICATED && !credentialsMayEnd)
    return ['right credentials were answered 401']
  return code === UNIMPLEMENTED ? ['a served operation answered that it is not served'] : []
}
