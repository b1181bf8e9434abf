import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'
import type { PortRange } from '../setting-checks.ts'
import type { AddressGuard } from './address-guard.ts'
import { checkAppUrl } from './check-url.ts'
import { createDial } from './dial.ts'
import { type Answer, type FailureStage, type Outcome, reasonOf, stageOf } from './outcome.ts'
import { createSystemResolver, type ResolveName } from './resolve-name.ts'

export const MAX_ANSWER_BYTES = 16 * 1024

const CONNECT_TIMEOUT_MS = 10_000
/** Shorter than the shortest that servers keep idle connections for: one that they close at our call is a failed attempt. */
const KEEP_IDLE_MS = 4_000
/** An app that promises to keep connections longer is not taken at its word, or each would bind a socket for long. */
const KEEP_PROMISED_MS = 60_000

export interface OutboundDeps {
  guard: AddressGuard
  /** Ports that may be called; absent or null: every port. */
  ports?: readonly PortRange[] | null
  /** Certificate authorities in PEM that are trusted beside the public ones. */
  authorities?: readonly string[]
  clock: Clock
  log: { warn(fields: object, message: string): void }
  /** Absent: the system's DNS. */
  resolver?: ResolveName
  /** How long an idle connection is kept for the next call, in milliseconds; 4 s when absent. */
  keepIdleMs?: number
}

/**
 * What a call is about, for whoever looks on (development mode): things that the caller holds anyway, so that naming
 * them costs nothing where nobody does.
 */
export type CallSubject = DeliverySubject | ClickSubject | TriggerSubject

export interface DeliverySubject {
  readonly deliveryId: number
  readonly endpointId: string
  readonly eventType: string
  readonly conversationId: string | null
  /** Attempts made before this one. */
  readonly attempts: number
  /** The message, or the fact, that it tells of. */
  readonly sourceId: string
}

export interface ClickSubject {
  readonly clickId: string
  readonly purpose: 'session initialization' | 'dynamic action'
  readonly app: { readonly id: string }
}

/** A call that a developer asked for. */
export interface TriggerSubject {
  readonly triggeredSlug: string
}

export interface AppCall {
  url: string
  method?: 'POST' | 'GET' | 'HEAD'
  headers: Record<string, string>
  body: string | Buffer
  /** One deadline for everything, from DNS to the last byte of the answer. */
  deadlineMs: number
  /** How much of the answer's body is read and kept; 16 KiB when absent. */
  maxAnswerBytes?: number
  /** Ends the call early, as a failure of stage reset. */
  signal?: AbortSignal
  about?: CallSubject
}

export interface Outbound {
  /** Calls an app once: redirects are not followed, nothing is repeated. Never rejects. */
  call(call: AppCall): Promise<Outcome>
  /** Origins for which something is kept, and connections open to them. */
  held(): { origins: number; connections: number }
  /** Ends all connections; calls under way fail with stage reset. */
  close(): Promise<void>
}

/** The only HTTP client that speaks to apps: address guard, one deadline, body cap, a keep-alive pool per origin. */
export function createOutbound(deps: OutboundDeps): Outbound {
  const agent = new Agent({
    connect: createDial({
      guard: deps.guard,
      resolve: deps.resolver ?? createSystemResolver(),
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ...(deps.authorities?.length && { authorities: deps.authorities }),
    }),
    // Not bounded by number: that would let one app that hangs make others of its host wait. The callers' slots are
    // the bound, and an origin is forgotten with its last connection.
    keepAliveTimeout: deps.keepIdleMs ?? KEEP_IDLE_MS,
    keepAliveMaxTimeout: deps.keepIdleMs ?? KEEP_PROMISED_MS,
    // The call's own deadline covers both; a pause between two bytes is no error by itself.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const rules = { guard: deps.guard, ports: deps.ports ?? null }
  return {
    async call(call) {
      const check = checkAppUrl(call.url, rules)
      const outcome = check.ok
        ? await exchange({ agent, clock: deps.clock }, call, check.url)
        : ({ kind: 'failure', stage: check.stage, reason: check.reason, ms: 0 } as const)
      if (outcome.kind === 'failure' && outcome.stage === 'guard') {
        deps.log.warn(
          { origin: originOf(call.url), reason: outcome.reason },
          'a call to an app was refused by the rules on addresses and ports',
        )
      }
      return outcome
    },
    held() {
      const pools = Object.values(agent.stats)
      return {
        origins: pools.length,
        connections: pools.reduce((sum, { connected }) => sum + Number(connected), 0),
      }
    },
    close: () => agent.destroy(),
  }
}

/** For the log: whatever else a URL holds may be a secret of the app. */
const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null)

interface ExchangeDeps {
  agent: Dispatcher
  clock: Clock
}

function exchange({ agent, clock }: ExchangeDeps, call: AppCall, url: URL): Promise<Outcome> {
  const startedAt = clock.monotonic()
  const elapsed = () => Math.round(clock.monotonic() - startedAt)
  const limit = call.maxAnswerBytes ?? MAX_ANSWER_BYTES
  return new Promise((resolve) => {
    let settled = false
    let phase = 'connecting'
    let controller: Dispatcher.DispatchController | undefined
    let head: Omit<Answer, 'body' | 'truncated' | 'ms'> | undefined
    let size = 0
    const chunks: Buffer[] = []

    const settle = (outcome: Outcome) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const fail = (stage: FailureStage, reason: string) => {
      settle({ kind: 'failure', stage, reason, ms: elapsed() })
      // While undici is still connecting there is no controller; onRequestStart gives the request up then.
      controller?.abort(new Error(reason))
    }
    const finish = (truncated: boolean) => {
      if (head) settle({ ...head, body: Buffer.concat(chunks), truncated, ms: elapsed() })
    }
    const onAbort = () => fail('reset', 'the call was stopped by this server before the answer was complete')
    const onDeadline = () =>
      fail('timeout', `no complete answer within ${call.deadlineMs} ms; the time ran out while ${phase}`)
    const timer = setTimeout(onDeadline, call.deadlineMs)
    if (call.signal?.aborted) return onAbort()
    call.signal?.addEventListener('abort', onAbort, { once: true })

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started
        phase = 'waiting for the answer'
        if (settled) started.abort(new Error('given up while connecting'))
      },
      onResponseStart(_controller, status, headers) {
        // 1xx comes before the answer itself.
        if (status < 200) return
        phase = 'reading the answer'
        head = { kind: 'answer', status, headers: flatten(headers), firstByteMs: elapsed() }
      },
      onResponseData(reading, chunk) {
        if (settled) return
        chunks.push(chunk.subarray(0, limit - size))
        size += chunk.length
        if (size <= limit) return
        finish(true)
        reading.abort(new Error('the answer is longer than what is read'))
      },
      onResponseEnd: () => finish(false),
      onResponseError: (_controller, error) => fail(stageOf(error), reasonOf(error)),
    }
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: call.method ?? 'POST',
          headers: call.headers,
          // Nothing, not even an empty one: servers may refuse a body here.
          body: call.method === 'HEAD' ? null : call.body,
        },
        handler,
      )
    } catch (error) {
      fail('protocol', error instanceof Error ? reasonOf(error) : 'the request could not be made')
    }
  })
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
