import { failureText } from './connect-failure.ts'
import { type CharsuError, NoAnswerError, type Refusal, RefusedError } from './errors.ts'
import type { Outcome } from './judge-answer.ts'
import { OAuthError } from './oauth-error.ts'
import { NotAnAnswer } from './read-body.ts'
import { type RefusalBody, readRefusal } from './read-refusal.ts'
import { refusalHint } from './refusal-hint.ts'
import { sentence, shownText } from './shown-text.ts'

/** What an error has to say of the call beside how it ended. */
export interface FailedCall {
  operation: string
  /** Where it went, without path. */
  baseUrl: string
  attempts: number
  timeoutMs: number
  /** The one that it was sent with. */
  idempotencyKey: string | undefined
  isRepeatable: boolean
  /** What must not be in an error, whatever the answer repeats. */
  secrets: readonly string[]
}

/** The error that a call ends with. */
export function outcomeError(outcome: Exclude<Outcome, { kind: 'done' }>, call: FailedCall): CharsuError {
  return outcome.kind === 'refused' ? refusedError(outcome, call) : noAnswerError(outcome, call)
}

function refusedError(outcome: Extract<Outcome, { kind: 'refused' }>, call: FailedCall): RefusedError {
  const { oauth, ...read } = readRefusal(outcome.body, call.secrets)
  const { operation, baseUrl } = call
  const { retryAfterMs } = outcome
  const facts = { ...read, operation, baseUrl, retryAfterMs, oauthError: oauth?.error }
  const refusal: Refusal = {
    ...read,
    hint: refusalHint(facts),
    operation,
    status: outcome.status,
    requestId: shownId(outcome.requestId, call),
    retryAfterMs,
  }
  const message = refusalMessage(refusal, oauth)
  return oauth ? new OAuthError(message, refusal, oauth) : new RefusedError(message, refusal)
}

function refusalMessage(refusal: Refusal, oauth: RefusalBody['oauth']): string {
  const what = [`${refusal.status}${refusal.codeName ? ` ${refusal.codeName}` : ''}`]
  const reason = oauth?.error ?? refusal.reason
  if (reason !== undefined) what.push(reason)
  const parts = [`${refusal.operation} was refused (${what.join(', ')})`]
  parts[0] += refusal.detail === '' ? ', without a word of explanation.' : `: ${sentence(refusal.detail)}`
  if (refusal.hint !== undefined) parts.push(refusal.hint)
  if (refusal.helpUrl !== undefined) parts.push(`See ${refusal.helpUrl}`)
  const [, ...more] = refusal.violations
  const others = more.map(({ field, description }) => `\n- ${field}: ${description}`)
  return parts.join(' ') + (others.length > 0 ? `\nAlso wrong:${others.join('')}` : '')
}

type Failed = Extract<Outcome, { kind: 'no_answer' }>

function noAnswerError(outcome: Failed, call: FailedCall): NoAnswerError {
  const hint = noAnswerHint(outcome, call)
  const tries = call.attempts === 1 ? '' : ` It was tried ${call.attempts} times.`
  const message = `${call.operation} ${sentence(whatHappened(outcome, call))}${tries} ${hint}`
  const { stage, status, retryAfterMs } = outcome
  const { operation, attempts, idempotencyKey } = call
  const requestId = shownId(outcome.requestId, call)
  return new NoAnswerError(
    message,
    { operation, stage, attempts, status, requestId, retryAfterMs, idempotencyKey, hint },
    { cause: outcome.cause },
  )
}

function whatHappened(outcome: Failed, call: FailedCall): string {
  const { stage, status, body, text, lacks, cause } = outcome
  const { baseUrl, secrets, timeoutMs } = call
  const failure = cause === undefined ? '' : ` (${shownText(failureText(cause), secrets, 200)})`
  switch (stage) {
    case 'connect':
      return `did not reach ${baseUrl}${failure}`
    case 'time_out':
      return `got no whole answer from ${baseUrl} within ${timeoutMs} ms`
    case 'connection':
      return `got no whole answer from ${baseUrl}: the connection broke${failure}`
    case 'redirect':
      return `was redirected by ${baseUrl}${status ? ` (${status})` : ''}${elsewhere(outcome, secrets)}: redirects are not followed, for the key must not go to another place`
    case 'status': {
      const detail = body === undefined ? '' : readRefusal(body, secrets).detail
      const id = outcome.requestId === undefined ? '' : ` (request ${shownId(outcome.requestId, call)})`
      return `got ${status} from ${baseUrl}${id}${detail === '' ? beginning(text, body, secrets) : `: ${detail}`}`
    }
    case 'answer':
      if (lacks !== undefined) return `got ${status} from ${baseUrl}, but no ${lacks} with it`
      return status === undefined
        ? `got an answer from ${baseUrl} that cannot be used${failure}`
        : `got ${status} from ${baseUrl}, but no JSON object${beginning(text, body, secrets)}`
  }
}

function elsewhere({ location }: Failed, secrets: readonly string[]): string {
  return location === undefined ? '' : ` to ${shownText(location, secrets, 200)}`
}

function beginning(text: string, body: unknown, secrets: readonly string[]): string {
  const start = body === undefined ? shownText(text, secrets, 80) : ''
  return start === '' ? '' : `: ${JSON.stringify(start)}`
}

function noAnswerHint(outcome: Failed, call: FailedCall): string {
  switch (outcome.stage) {
    case 'connect':
      return isLocal(call.baseUrl)
        ? 'Is Charsu running? Start it with "charsu dev", or set baseUrl to where the platform runs.'
        : 'Check baseUrl and the way there (DNS, proxy, certificate); nothing was done, so call again.'
    case 'redirect':
      return 'Set baseUrl to the address that the platform itself has, often the same with https.'
    case 'answer':
      if (outcome.cause instanceof NotAnAnswer)
        return 'The call itself was made: mend that, and look before you repeat it.'
      return 'Something other than the platform answers there: check baseUrl.'
    default:
      return repeatHint(outcome, call)
  }
}

function repeatHint(
  { retryAfterMs }: Failed,
  { operation, idempotencyKey, isRepeatable }: FailedCall,
): string {
  const later = retryAfterMs === undefined ? 'later' : `in ${Math.ceil(retryAfterMs / 1000)} s`
  if (idempotencyKey !== undefined && isRepeatable) {
    return `Whether it was done is not known: call again ${later} with the error's idempotencyKey, and it is done once.`
  }
  if (operation === 'exchange') {
    return 'Whether the code was used up is not known: send the user to consentUrl again.'
  }
  if (isRepeatable) return `Call again ${later}.`
  return 'Whether it was done is not known, and calling again may do it twice: look first.'
}

function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

const shownId = (id: string | undefined, { secrets }: FailedCall): string | undefined =>
  id === undefined ? undefined : shownText(id, secrets, 100)
