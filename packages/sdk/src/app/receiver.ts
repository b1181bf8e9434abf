import { targetNameOf } from '../buttons/click-target.ts'
import { abortable } from '../client/attempt.ts'
import { CharsuError } from '../client/errors.ts'
import { failedAnswer, refusedAnswer } from './answer.ts'
import { CallRefusedError, HandlerError } from './app-errors.ts'
import type { CheckedSettings } from './app-settings.ts'
import { type Entry, runChain } from './chain.ts'
import { actionContext } from './contexts/action-context.ts'
import type { AnyContext, ClickContext } from './contexts/any-context.ts'
import type { ClickAnswer } from './contexts/click-answer.ts'
import { SessionContext } from './contexts/session-context.ts'
import { EventDesk } from './event-desk.ts'
import { type PlatformCall, readCall } from './read-call.ts'
import { readAction, readSession } from './read-click.ts'
import { readEvent } from './read-event.ts'
import type { Call, Services } from './services.ts'

/** What the receiver needs of its app. */
export interface ReceiverDeps {
  settings: CheckedSettings
  /** What contexts do their work with, under the trace of the call. */
  services(traceparent: string | undefined): Services
  entries: readonly Entry[]
  /** Tells the error boundary; never throws. True when it took care of it. */
  caught(error: HandlerError): Promise<boolean>
  report(error: unknown): void
  /** What has to happen before handlers hear of a revocation. */
  forgetUser(userId: string): Promise<void>
}

/** How long the platform waits for an answer, from address look-up to last byte (wire contract §3, §5). */
const CLICK_DEADLINE_MS = 5000
const EVENT_DEADLINE_MS = 10_000

/** As many types of event as are told apart when they are reported. */
const MAX_REPORTED = 100

/** Takes the calls of the platform and answers them. */
export class Receiver {
  readonly #deps: ReceiverDeps
  readonly #desk: EventDesk
  readonly #reportedTypes = new Set<string>()

  constructor(deps: ReceiverDeps) {
    this.#deps = deps
    this.#desk = new EventDesk({ store: deps.settings.events, time: deps.settings.time, report: deps.report })
  }

  /** Events (wire contract §5). */
  event(request: Request): Promise<Response> {
    return this.#received(request, async (received) => {
      const event = readEvent(received.body)
      const id = received.webhookId ?? event.ownId
      const call = this.#call(received, id ?? `${event.type}:${crypto.randomUUID()}`)
      const ctx = event.context(call)
      const outcome = await this.#desk.handle(id, event.lane, async (givenUp) => {
        // Counted anew when the same event is tried again in this process.
        call.sent.count = 0
        return this.#handleEvent(ctx, givenUp)
      })
      switch (outcome) {
        case 'done':
          return Response.json({})
        case 'duplicate':
          return Response.json({ duplicate: true })
        case 'taken':
          return Response.json({ error: 'this event is being handled by another process' }, { status: 409 })
        case 'failed':
          return failedAnswer()
      }
    })
  }

  /** Dynamic actions (wire contract §3). */
  action(request: Request): Promise<Response> {
    return this.#received(request, async (received) => {
      const click = readAction(received.body)
      const answer: ClickAnswer = { sent: false }
      const ctx = actionContext(this.#call(received), click, answer)
      return this.#answerClick(ctx, answer, () => ({
        ...(answer.toast !== undefined && { text_message: answer.toast }),
        ...(answer.action !== undefined && { action: answer.action }),
      }))
    })
  }

  /** Session initialization of either version (wire contract §3). */
  session(request: Request): Promise<Response> {
    return this.#received(request, async (received) => {
      const facts = readSession(received.headers.get('api-version'), received.body)
      const answer: ClickAnswer = { sent: false }
      const ctx = new SessionContext(this.#call(received), facts, answer)
      return this.#answerClick(ctx, answer, () => {
        if (answer.url !== undefined) return { url: answer.url }
        if (answer.toast !== undefined) return { text_message: answer.toast }
        throw new CallRefusedError(
          500,
          'the handler of a session ended without an answer',
          'call ctx.open(url) or ctx.toast(text) in it, and await what comes before',
        )
      })
    })
  }

  #call({ body, webhookId, traceparent }: PlatformCall, id = webhookId ?? crypto.randomUUID()): Call {
    return { id, raw: body, services: this.#deps.services(traceparent), sent: { count: 0 } }
  }

  async #received(request: Request, take: (call: PlatformCall) => Promise<Response>): Promise<Response> {
    try {
      return await take(await readCall(this.#deps.settings, request))
    } catch (error) {
      this.#deps.report(error)
      return error instanceof CallRefusedError ? refusedAnswer(error) : failedAnswer()
    }
  }

  async #handleEvent(ctx: AnyContext, givenUp: AbortSignal): Promise<boolean> {
    const begun = this.#deps.settings.time.now()
    try {
      if (ctx.kind === 'revocation') await this.#deps.forgetUser(ctx.userId)
      const taken = await abortable(runChain(this.#deps.entries, ctx), givenUp)
      if (ctx.kind === 'unknown' && !taken) this.#reportUnknown(ctx.type)
      return true
    } catch (error) {
      return this.#deps.caught(new HandlerError({ kind: ctx.kind, id: ctx.id, ctx }, error))
    } finally {
      this.#tellSlow(ctx, begun, EVENT_DEADLINE_MS, 'the event is delivered again, and answered then')
    }
  }

  async #answerClick(ctx: ClickContext, answer: ClickAnswer, body: () => object): Promise<Response> {
    const begun = this.#deps.settings.time.now()
    try {
      const taken = await runChain(this.#deps.entries, ctx)
      if (!taken && isEmpty(answer)) throw nobodyFor(ctx)
      return Response.json(body())
    } catch (error) {
      if (error instanceof CallRefusedError) throw error
      // What the handler had said before it failed is not so.
      for (const part of ['toast', 'url', 'action'] as const) delete answer[part]
      const handled = await this.#deps.caught(new HandlerError({ kind: ctx.kind, id: ctx.id, ctx }, error))
      return handled || !isEmpty(answer) ? Response.json(body()) : failedAnswer()
    } finally {
      answer.sent = true
      this.#tellSlow(
        ctx,
        begun,
        CLICK_DEADLINE_MS,
        'the person saw that it failed; answer first, and send later',
      )
    }
  }

  #tellSlow({ kind, id }: AnyContext, begun: number, deadline: number, what: string): void {
    const took = this.#deps.settings.time.now() - begun
    if (took > deadline) {
      this.#deps.report(
        new CharsuError(
          `a handler of ${kind} took ${took} ms (${id}), but the platform waits ${deadline} ms: ${what}`,
        ),
      )
    }
  }

  #reportUnknown(type: string): void {
    if (this.#reportedTypes.has(type) || this.#reportedTypes.size >= MAX_REPORTED) return
    this.#reportedTypes.add(type)
    this.#deps.report(
      new CallRefusedError(
        200,
        `events of the type ${JSON.stringify(type.slice(0, 60))} come, which this version does not know; they are answered with 200`,
        "handle them with app.on('event', …), where ctx.kind is 'unknown'",
      ),
    )
  }
}

const isEmpty = ({ toast, url, action }: ClickAnswer): boolean =>
  toast === undefined && url === undefined && action === undefined

function nobodyFor(ctx: ClickContext): CallRefusedError {
  const name = targetNameOf(ctx.data)
  const [maker, method] = ctx.kind === 'action' ? ['action', 'action'] : ['serverLink', 'session']
  return name === undefined
    ? new CallRefusedError(
        404,
        `no handler takes this ${ctx.kind}, whose data has no name`,
        `handle it with app.on('${ctx.kind}', (ctx) => …), or draw the button with ${maker}('name')`,
      )
    : new CallRefusedError(
        404,
        `no handler takes the ${ctx.kind} ${JSON.stringify(name.slice(0, 60))}`,
        `write app.${method}(${name.slice(0, 60)}, (ctx) => …) with the value that drew the button; buttons stay in chats, so keep handlers of those you no longer draw`,
      )
}
