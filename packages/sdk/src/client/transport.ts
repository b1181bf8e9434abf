import { isJsonObject } from '@charsu/protocol/json-object'
import { type Attempted, abortable, attempt } from './attempt.ts'
import type { CallOptions } from './call-options.ts'
import { type ReadSettings, readTimeoutMs } from './client-settings.ts'
import { intercepted } from './interceptor.ts'
import { judgeAnswer, type Outcome } from './judge-answer.ts'
import { nextAttemptMs } from './next-attempt.ts'
import { type OperationName, operationOf } from './operations.ts'
import { outcomeError } from './outcome-error.ts'
import { bodyOf, type CallBody, callUrl, readIdempotencyKey, readToken } from './request-parts.ts'
import type { TokenSource } from './token-source.ts'

/** What one call says, apart from who says it. */
export interface Call extends CallBody {
  operation: OperationName
  /** By the names in the operation's path. */
  path?: Readonly<Record<string, string>>
  query?: URLSearchParams
  token?: string | TokenSource
  idempotencyKey?: string
  /** Instead of the client's own. */
  baseUrl?: string
  /** What of the body must not be in an error. */
  secrets?: readonly string[]
}

/** What stays the same over the attempts of one call. */
interface Plan {
  call: Call
  options: CallOptions
  url: string
  needs: readonly string[]
  idempotencyKey: string | undefined
  isRepeatable: boolean
  timeoutMs: number
}

/** Carries calls to the platform and back: credentials, attempts, time, and what an answer means. */
export class Transport {
  readonly settings: ReadSettings
  readonly #fetch: ReadSettings['fetch']
  readonly #traceparent: string | undefined

  /** @param traceparent goes out with every call. */
  constructor(settings: ReadSettings, traceparent?: string) {
    this.settings = settings
    this.#fetch = intercepted(settings.fetch, settings.interceptors)
    this.#traceparent = traceparent
  }

  inTrace(traceparent: string): Transport {
    return new Transport(this.settings, traceparent)
  }

  /**
   * @throws RefusedError, NoAnswerError, what a token source throws, the reason of the caller's signal; TypeError for
   * what cannot be sent
   */
  async call<T>(call: Call, options: CallOptions = {}): Promise<T> {
    options.signal?.throwIfAborted()
    const plan = this.#plan(call, options)
    const { time } = this.settings
    let isRenewed = false
    for (let attempts = 1; ; attempts++) {
      const token = await this.#token(call, options)
      const outcome = judgeAnswer(await this.#attempt(plan, token), { now: time.now(), needs: plan.needs })
      // The contract's answers are objects; their members are the platform's promise.
      if (outcome.kind === 'done') return outcome.value as T
      if (!isRenewed && isTokenRefused(outcome) && (await renewed(call, token, options))) {
        isRenewed = true
        continue
      }
      const { isRepeatable } = plan
      const wait = nextAttemptMs({ outcome, attempts, isRepeatable, random: Math.random() }, this.settings)
      if (wait === undefined) throw this.#error(outcome, plan, { attempts, token })
      await time.sleep(wait, options.signal)
    }
  }

  #plan(call: Call, options: CallOptions): Plan {
    const { baseUrl, idempotencyKeys, timeoutMs } = this.settings
    const { path, repeat, needs = [] } = operationOf(call.operation)
    const isKeyed = repeat === 'keyed' && idempotencyKeys
    return {
      call,
      options,
      url: callUrl(call.operation, call.baseUrl ?? baseUrl, path, call),
      needs,
      idempotencyKey: isKeyed ? readIdempotencyKey(call.idempotencyKey ?? crypto.randomUUID()) : undefined,
      isRepeatable: repeat === 'harmless' || isKeyed,
      timeoutMs: readTimeoutMs(options.timeoutMs ?? timeoutMs),
    }
  }

  async #token({ operation, token }: Call, { signal }: CallOptions): Promise<string | undefined> {
    if (token === undefined) return undefined
    if (typeof token === 'string') return readToken(operation, token)
    return readToken(operation, await abortable(token.accessToken(), signal))
  }

  #attempt(plan: Plan, token: string | undefined): Promise<Attempted> {
    const { timeoutMs, options } = plan
    const { method } = operationOf(plan.call.operation)
    const { body, type } = bodyOf(plan.call)
    const headers = this.#headers(plan, token, type)
    const request = (signal: AbortSignal): Request =>
      new Request(plan.url, {
        method,
        headers,
        redirect: 'manual',
        signal,
        ...(body !== undefined && { body }),
      })
    return attempt(
      { fetch: this.#fetch, time: this.settings.time },
      { request, timeoutMs, signal: options.signal },
    )
  }

  #headers({ call, options, idempotencyKey }: Plan, token: string | undefined, type?: string): Headers {
    const { credentials } = operationOf(call.operation)
    const headers = new Headers({ accept: 'application/json' })
    if (type !== undefined) headers.set('content-type', type)
    if (credentials.startsWith('key')) headers.set('x-api-key', this.settings.apiKey)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey)
    if (this.#traceparent !== undefined) headers.set('traceparent', this.#traceparent)
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
    return headers
  }

  #error(
    outcome: Exclude<Outcome, { kind: 'done' }>,
    { call, idempotencyKey, isRepeatable, timeoutMs }: Plan,
    { attempts, token }: { attempts: number; token: string | undefined },
  ): Error {
    const secrets = [this.settings.apiKey, ...(token === undefined ? [] : [token]), ...(call.secrets ?? [])]
    const { operation, baseUrl = this.settings.baseUrl } = call
    return outcomeError(outcome, {
      operation,
      baseUrl,
      attempts,
      timeoutMs,
      idempotencyKey,
      isRepeatable,
      secrets,
    })
  }
}

/** Reasons of a 401 that another token would not change. */
const NOT_THE_TOKENS_FAULT: ReadonlySet<unknown> = new Set(['API_KEY_MISSING', 'API_KEY_UNKNOWN'])

function isTokenRefused(outcome: Outcome): boolean {
  if (outcome.kind !== 'refused' || outcome.status !== 401) return false
  const { details } = outcome.body
  const list: unknown[] = Array.isArray(details) ? details : []
  return !list.some((detail) => isJsonObject(detail) && NOT_THE_TOKENS_FAULT.has(detail.reason))
}

async function renewed(
  { token: source }: Call,
  token: string | undefined,
  { signal }: CallOptions,
): Promise<boolean> {
  if (source === undefined || typeof source === 'string' || token === undefined) return false
  return (await abortable(source.refused?.(token) ?? Promise.resolve(false), signal)) === true
}
