import type { WebhookEvent } from '@charsu/protocol/events'
import { type AppTrouble, BedError } from './bed-error.ts'
import { type AppOutcome, type CallAppDeps, callApp } from './call-app.ts'
import { nextStep } from './next-step.ts'
import { turn } from './turn.ts'
import type { Consent } from './world.ts'

/** One call to the app with an event, and what came of it. */
export interface EventAttempt {
  /** Milliseconds since 1970. */
  at: number
  outcome: 'delivered' | 'retry' | 'postponed' | 'dead'
  /** Null when there was no answer. */
  status: number | null
  /** The body of the app's answer, 16 KiB of it. */
  answer: string
  /** What kept an answer from coming. */
  failure?: string
}

/** An event on its way to the app (wire contract §5). */
export interface BedEvent {
  /** The webhook-id: the same in every attempt and repeat. */
  id: string
  type: WebhookEvent['type']
  body: WebhookEvent
  /**
   * `waiting` behind another of its conversation, for its next attempt, or held; `delivered`; `dead`, given up;
   * `cancelled`, because the consent was taken back.
   */
  state: 'waiting' | 'delivered' | 'dead' | 'cancelled'
  /** Why it is dead or cancelled. */
  reason?: string
  /** Whether it was sent again after it had ended. */
  isReplay: boolean
  attempts: EventAttempt[]
}

export interface EventToSend {
  /** What it is about: events of one lane go out one after the other. */
  lane: string
  body: WebhookEvent
  /** Without which it is not sent. */
  consent: Consent | null
}

interface Delivery {
  event: BedEvent
  lane: string
  text: string
  consent: Consent | null
  failures: number
  dueAt: number
  isUnderWay: boolean
}

export interface DeliveriesDeps extends CallAppDeps {
  newId(): string
  /** What the app has given to `settings.report`. */
  reported: readonly unknown[]
}

/** Of an attempt, from the first byte asked to the last one answered (wire contract §5). */
const DEADLINE_MS = 10_000
/** After so many failures a delivery lets the next ones of its lane pass. */
const FAILURES_IN_LANE = 3
/** More messages of the app than one step can be meant to cause. */
const MAX_OF_APP = 1_000

/** Events on their way to the app: in order, repeated on the schedule, by the bed's clock. */
export class Deliveries {
  readonly events: BedEvent[] = []
  /** What the app answered badly to, in order. */
  readonly troubles: AppTrouble[] = []
  readonly #deps: DeliveriesDeps
  /** Not yet ended, in the order of what happened. */
  readonly #open: Delivery[] = []
  readonly #texts = new WeakMap<BedEvent, { delivery: Delivery }>()
  #isHeld = false
  #pausedUntil = Number.NEGATIVE_INFINITY
  #isDisabled = false
  /** Events of what the app itself sent, since all was quiet. */
  #ofApp = 0
  /** How many reports of the app have gone into troubles. */
  #told = 0

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
  }

  /** Puts an event into its lane; it goes out at once if nothing is before it. */
  send({ lane, body, consent }: EventToSend): BedEvent | undefined {
    if (this.#deps.known.eventsUrl === null) return undefined
    if (body.type === 'NEW_MESSAGE' && body.new_message.sender.type !== 'HUMAN') this.#ofApp++
    return this.#enqueue(
      { lane, text: JSON.stringify(body), consent },
      { id: this.#deps.newId(), isReplay: false },
    ).event
  }

  #enqueue(
    what: Pick<Delivery, 'lane' | 'text' | 'consent'>,
    { id, isReplay }: { id: string; isReplay: boolean },
  ): Delivery {
    const body = JSON.parse(what.text) as WebhookEvent
    const event: BedEvent = { id, type: body.type, body, state: 'waiting', isReplay, attempts: [] }
    const delivery: Delivery = {
      event,
      ...what,
      failures: 0,
      dueAt: this.#deps.clock.now(),
      isUnderWay: false,
    }
    this.events.push(event)
    this.#texts.set(event, { delivery })
    this.#open.push(delivery)
    this.pump()
    return delivery
  }

  /** Sends an event again that has ended, as the console's resend does: a lane of its own, the same webhook-id. */
  replay(event: BedEvent): BedEvent | undefined {
    const known = this.#texts.get(event)
    if (!known) return undefined
    const { text, consent } = known.delivery
    return this.#enqueue(
      { lane: `replay ${this.#deps.newId()}`, text, consent },
      { id: event.id, isReplay: true },
    ).event
  }

  hold(): void {
    this.#isHeld = true
  }

  /** Lets go of what was held; `reversed` sends the youngest first, whatever their lanes. */
  async release(order: 'in order' | 'reversed'): Promise<void> {
    const held = this.#open.filter(({ isUnderWay }) => !isUnderWay)
    if (order === 'reversed') {
      for (const delivery of held.reverse()) await this.#attempt(delivery)
    }
    this.#isHeld = false
    this.pump()
  }

  /** Begins every attempt whose turn it is. */
  pump(): void {
    const now = this.#deps.clock.now()
    if (this.#isHeld || this.#isDisabled || this.#pausedUntil > now || this.#ofApp > MAX_OF_APP) return
    const busy = new Set<string>()
    for (const delivery of [...this.#open]) {
      const inLane = delivery.failures < FAILURES_IN_LANE
      const mayGo = !inLane || !busy.has(delivery.lane)
      if (inLane) busy.add(delivery.lane)
      if (mayGo && !delivery.isUnderWay && delivery.dueAt <= now) void this.#attempt(delivery)
    }
  }

  /**
   * Settles when nothing is under way, and what the app does after its answers has begun.
   * @throws BedError for an app that would never be done.
   */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      const before = this.events.length
      await this.#deps.clock.idle()
      await turn()
      if (this.events.length > before) quiet = -1
    }
    const ofApp = this.#ofApp
    this.#ofApp = 0
    if (ofApp > MAX_OF_APP) {
      throw new BedError(
        `the app sent more than ${MAX_OF_APP} messages after one step: most likely it answers its own, which come back to it as events. Handle what people write: app.on('message', …) leaves out what apps sent; elsewhere look at sender.type.`,
      )
    }
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { event, consent } = delivery
    if (consent?.isRevoked) return this.#end(delivery, 'cancelled', 'grant_revoked')
    const { known, clock } = this.#deps
    delivery.isUnderWay = true
    const at = clock.now()
    const outcome = await callApp(this.#deps, {
      label: event.type,
      url: known.eventsUrl!,
      webhookId: event.id,
      headers: {
        'charsu-attempt': String(event.attempts.length + 1),
        ...(event.isReplay && { 'charsu-replay': 'true' }),
      },
      body: delivery.text,
      deadlineMs: DEADLINE_MS,
    })
    delivery.isUnderWay = false
    this.#conclude(delivery, outcome, at)
    this.pump()
  }

  #conclude(delivery: Delivery, outcome: AppOutcome, at: number): void {
    const { clock } = this.#deps
    const answer = outcome.kind === 'answer' ? outcome : null
    const step = nextStep(answer, { failures: delivery.failures, now: clock.now() })
    delivery.event.attempts.push({
      at,
      outcome: step.kind,
      status: answer?.status ?? null,
      answer: answer?.text ?? '',
      ...(outcome.kind === 'failure' && { failure: outcome.reason }),
    })
    if (step.kind !== 'delivered') this.troubles.push(this.#trouble(delivery, outcome))
    if (step.kind === 'delivered' || step.kind === 'dead') {
      this.#end(delivery, step.kind, step.kind === 'dead' ? step.reason : undefined)
      return
    }
    if (step.kind === 'retry') {
      delivery.failures++
      if (step.disable !== undefined) this.#isDisabled = true
    }
    if (step.pauseMs !== undefined) {
      this.#pausedUntil = Math.max(this.#pausedUntil, clock.now() + step.pauseMs)
      clock.at(this.#pausedUntil, () => this.pump())
    }
    delivery.dueAt = clock.now() + step.delayMs
    clock.at(delivery.dueAt, () => this.pump())
  }

  #end(delivery: Delivery, state: 'delivered' | 'dead' | 'cancelled', reason: string | undefined): void {
    delivery.event.state = state
    if (reason !== undefined) delivery.event.reason = reason
    this.#open.splice(this.#open.indexOf(delivery), 1)
  }

  /** The newest report, if it came since the last one was told: most likely why the app answered as it did. */
  #lastReported(): unknown {
    const { reported } = this.#deps
    const isNew = reported.length > this.#told
    this.#told = reported.length
    return isNew ? reported.at(-1) : undefined
  }

  #trouble({ event }: Delivery, outcome: AppOutcome): AppTrouble {
    const asked = `the event ${event.type}`
    if (outcome.kind === 'failure') {
      const { isTimeout, reason } = outcome
      return {
        asked,
        reason: isTimeout ? 'TIMED_OUT' : 'UNREACHABLE',
        detail: isTimeout ? `${reason}; answer at once and do slow work afterwards` : reason,
        error: outcome.error ?? this.#lastReported(),
      }
    }
    return {
      asked,
      reason: 'NOT_2XX',
      detail: `the app answered ${outcome.status}; only 2xx ends a delivery well: answer 200, and see what your app logged`,
      answer: outcome.text,
      error: this.#lastReported(),
    }
  }
}
