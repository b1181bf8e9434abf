import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import type { Outbound } from '../outbound/call-app.ts'
import { type AttemptTracer, attemptDelivery, failedHere, released, wornOut } from './attempt.ts'
import type { AttemptEvent } from './attempt-event.ts'
import { type BornLease, bornDelivery } from './born-lease.ts'
import { EndpointSettingsCache } from './endpoint-settings.ts'
import type { LeasedDelivery, LeaseOutcome } from './leased-delivery.ts'
import { OutcomeWriter } from './outcome-writer.ts'
import { Overflow } from './overflow.ts'
import type { EventRendering } from './render-event.ts'
import { createSigner } from './signer.ts'
import { type FreeSlots, Slots } from './slots.ts'
import { createDeliveryStore } from './store.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'

export interface DispatcherDeps {
  pool: Pick<Pool, 'query'>
  outbound: Pick<Outbound, 'call'>
  rendering: EventRendering
  clock: Clock
  log: DispatcherLog
  /** 0 ≤ number < 1, spreads retries. */
  random?: () => number
  /** Nodes that deliver at this moment, this one included; 1 when absent. */
  liveNodes?: () => number
  /** Told of every attempt when its answer is there. */
  onAttempt?: (event: AttemptEvent) => void
  trace?: AttemptTracer
}

export interface DispatcherLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface DispatcherOptions {
  /** Names this node as the holder of leases; a new one at every start. */
  node: string
  /** Should outlast the deadline and the write of the outcome; it is prolonged while either takes longer. */
  leaseMs: number
  /** From DNS to the last byte of the answer. */
  deadlineMs: number
  /** What must be left of a lease for an attempt to start: the deadline, and time to write. */
  startMarginMs: number
  claimEveryMs: number
  sweepEveryMs: number
  renewEveryMs: number
  /** After the database came back nodes first write what they know; until then all leases seem to have run out. */
  quietAfterReconnectMs: number
  /** How long attempts under way may go on once the dispatcher is asked to stop. */
  graceMs: number
  /** Attempts at once of an endpoint that sets no number of its own, over all nodes. */
  concurrency: number
  slotsUnproven: number
  slotsTotal: number
}

export interface Dispatcher {
  readonly nodeId: string
  readonly leaseSeconds: number
  /** Without it nothing is claimed, accepted or sent: deliveries wait in the queue. */
  start(): void
  /**
   * Claims no more, finishes or gives back what is under way, and resolves within about 10 s.
   * @param lastSends ends when no send can hand over leases any more.
   */
  stop(lastSends?: Promise<void>): Promise<void>
  /** What a send may hand over at once. Nothing while the dispatcher does not run. */
  freeSlots(): FreeSlots
  /** Takes deliveries born leased; `leasedAt` is the monotonic time from before their send's query. */
  accept(leases: readonly BornLease[], leasedAt: number): void
  /** Something may have become due. */
  wake(): void
  /** Deliveries this node holds at this moment: under way, or their outcome not yet written. */
  readonly inFlight: number
  /** Why this node delivers nothing at this moment, though it should; null when all is well. */
  readonly trouble: string | null
}

const DEFAULTS: Omit<DispatcherOptions, 'node'> = {
  leaseMs: 30_000,
  deadlineMs: 10_000,
  startMarginMs: 12_000,
  claimEveryMs: 250,
  sweepEveryMs: 1_000,
  renewEveryMs: 5_000,
  quietAfterReconnectMs: 5_000,
  graceMs: 8_000,
  concurrency: 50,
  slotsUnproven: 5,
  slotsTotal: 1_000,
}
const MOST_CLAIMED = 256
/** A claim costs a millisecond of the database's time, and while there is a backlog every freed slot asks for one. */
const CLAIM_AT_MOST_EVERY_MS = 5
const LAST_WRITES_MS = 1_500
/** Whoever has held a lease unused for longer has it given anew, and the consent with it read anew. */
const MOST_WAIT_MS = 1_000
/** A lane has a slot for so many deliveries in a row; or lanes that never end would keep the others from ever having it. */
const MOST_TURNS = 8

/**
 * Carries deliveries from the queue to apps. A lease is only taken with a free slot, and its attempt starts at once,
 * or after its turn where a claim and a send took the same slot (overflow.ts); the slot is free again when the outcome is committed, not when the answer came, so a crash at any moment leaves no
 * more duplicates than there were leases. All state that matters is in the database: a node that dies is forgotten.
 */
export function createDispatcher(deps: DispatcherDeps, given: Partial<DispatcherOptions> = {}): Dispatcher {
  const options: DispatcherOptions = { node: randomUUID(), ...DEFAULTS, ...given }
  const { clock, log } = deps
  const random = deps.random ?? Math.random
  const monotonic = () => clock.monotonic()
  const store = createDeliveryStore({
    pool: deps.pool,
    node: options.node,
    leaseMs: options.leaseMs,
    monotonic,
  })
  const slots = new Slots({
    concurrency: options.concurrency,
    unproven: options.slotsUnproven,
    total: options.slotsTotal,
    nodes: deps.liveNodes ?? (() => 1),
  })
  const attempt = {
    settings: new EndpointSettingsCache(deps),
    outbound: deps.outbound,
    rendering: deps.rendering,
    sign: createSigner(),
    clock,
    random,
    deadlineMs: options.deadlineMs,
    node: options.node,
    onAttempt,
    onUnreachable,
    trace: deps.trace,
    mayStart: (delivery: LeasedDelivery) =>
      delivery.leasedAt + options.leaseMs - monotonic() >= options.startMarginMs,
  }
  const giveUp = new AbortController()
  const underWay = new Set<Promise<void>>()
  /** What this node holds, from the lease to the written outcome. */
  const held = new Set<LeasedDelivery>()
  const overflow = new Overflow(monotonic)
  let loops: { claim: WakeableLoop; sweep: WakeableLoop; renew: WakeableLoop } | undefined
  let running = false
  let reachable = true
  let reachableSince = monotonic()
  /** The last claim found something, or a lane was handed on to whoever claims it: there may be more to claim. */
  let backlog = false

  const writer = new OutcomeWriter({
    finish: async (outcomes) => {
      const finished = await store.finish(outcomes, mayKeep)
      backlog ||= finished.ready
      return finished
    },
    onSettled: settle,
    onNext: (deliveries) => deliveries.forEach(run),
    onReachable,
    onUnreachable,
    held: () => slots.held,
    log,
  })

  function onReachable(): void {
    if (reachable) return
    reachable = true
    reachableSince = monotonic()
    log.info({}, 'the database is back; deliveries go on')
  }

  function onUnreachable(error: unknown): void {
    if (reachable) log.warn({ err: error }, 'deliveries pause: the database does not answer')
    reachable = false
  }

  const mayKeep = ({ delivery, endpoint }: LeaseOutcome): boolean =>
    running &&
    // What is only to be dropped takes nobody's time, and claiming it would cost of the endpoint's rate.
    (delivery.turn < MOST_TURNS || delivery.withheld !== null) &&
    endpoint.pauseMs === null &&
    endpoint.disable === null &&
    slots.mayReuse(delivery.endpointId)

  function settle(outcome: LeaseOutcome): void {
    const { delivery } = outcome
    const { endpointId } = delivery
    held.delete(delivery)
    if (outcome.endpoint.result === 'succeeded') slots.succeeded(endpointId)
    else if (outcome.endpoint.result === 'failed') slots.failed(endpointId)
    if (outcome.endpoint.disable !== null) {
      log.warn({ endpointId, reason: outcome.endpoint.disable }, 'an endpoint was disabled')
    }
    const isBehind = slots.isBehind(endpointId)
    slots.release(delivery)
    // The endpoint may be paused by now: the next claim knows.
    if (outcome.endpoint.result === 'failed') overflow.takeAll(endpointId).forEach(giveBack)
    else beginNext(endpointId)
    if (backlog || isBehind) loops?.claim.wake()
  }

  function beginNext(endpointId: string): void {
    while (slots.mayBegin(endpointId, overflow.count(endpointId))) {
      const next = overflow.next(endpointId)
      if (!next) return
      if (next.waitedMs <= MOST_WAIT_MS) begin(next.delivery)
      else giveBack(next.delivery)
    }
  }

  function giveBack(delivery: LeasedDelivery): void {
    writer.add(released(delivery))
  }

  function hold(delivery: LeasedDelivery): void {
    held.add(delivery)
    slots.take(delivery)
  }

  function run(delivery: LeasedDelivery): void {
    const { endpointId } = delivery
    const isInTurn = slots.mayBegin(endpointId, overflow.count(endpointId))
    hold(delivery)
    if (isInTurn || !running) begin(delivery)
    else overflow.add(delivery)
  }

  function begin(delivery: LeasedDelivery): void {
    track(conclude(delivery).then((outcome) => writer.add(outcome)))
  }

  async function conclude(delivery: LeasedDelivery): Promise<LeaseOutcome> {
    if (!running) return released(delivery)
    try {
      return await attemptDelivery(attempt, delivery, giveUp.signal)
    } catch (error) {
      log.error({ err: error, deliveryId: delivery.deliveryId }, 'an attempt broke off; it counts as failed')
      const reason = 'the attempt broke off by a fault of the server that made it'
      return failedHere(delivery, { random: random(), now: clock.now(), error: reason })
    }
  }

  /** Whoever is told of attempts must not change what becomes of them. */
  function onAttempt(event: AttemptEvent): void {
    try {
      deps.onAttempt?.(event)
    } catch (error) {
      log.error({ err: error, deliveryId: event.deliveryId }, 'an attempt could not be reported')
    }
  }

  function track(work: Promise<void>): void {
    underWay.add(work)
    work.finally(() => underWay.delete(work))
  }

  async function claim(): Promise<void> {
    // Outcomes first: until they are written the database believes that leases were lost.
    if (writer.failing || slots.room === 0) return
    try {
      const offered = slots.free()
      const most = Math.min(MOST_CLAIMED, slots.room)
      const claimed = await store.claim(offered, most)
      onReachable()
      slots.claimed(offered, claimed, claimed.length < most)
      backlog = claimed.length > 0
      claimed.forEach(run)
    } catch (error) {
      onUnreachable(error)
    }
  }

  async function sweep(): Promise<void> {
    if (!reachable || writer.failing || monotonic() - reachableSince < options.quietAfterReconnectMs) return
    try {
      for (const delivery of await store.sweep()) {
        hold(delivery)
        writer.add(wornOut(delivery, { random: random(), now: clock.now() }))
      }
    } catch (error) {
      onUnreachable(error)
    }
  }

  /** An attempt that hangs, or a database that is slow to take its outcome, must not cost the lease. */
  async function renew(): Promise<void> {
    if (!reachable) return
    const renewedAt = monotonic()
    const old = [...held].filter(({ leasedAt }) => renewedAt - leasedAt > options.leaseMs / 3)
    if (old.length === 0) return
    try {
      const kept = new Set(await store.renew(old))
      for (const delivery of old) if (kept.has(delivery.deliveryId)) delivery.leasedAt = renewedAt
    } catch (error) {
      onUnreachable(error)
    }
  }

  return {
    nodeId: options.node,
    leaseSeconds: options.leaseMs / 1000,
    get inFlight() {
      return slots.held
    },
    get trouble() {
      if (!running || (reachable && !writer.failing)) return null
      return 'deliveries pause: the database does not answer'
    },
    start() {
      if (running) return
      running = true
      reachableSince = monotonic()
      loops = {
        claim: startLoop(claim, { pauseMs: options.claimEveryMs, leastPauseMs: CLAIM_AT_MOST_EVERY_MS }),
        sweep: startLoop(sweep, { pauseMs: options.sweepEveryMs }),
        renew: startLoop(renew, { pauseMs: options.renewEveryMs }),
      }
    },
    async stop(lastSends) {
      if (!running || !loops) return
      running = false
      overflow.takeAll().forEach(giveBack)
      const { claim, sweep, renew } = loops
      const quiet = async () => {
        await Promise.all([claim.stop(), sweep.stop(), renew.stop(), lastSends])
        while (underWay.size > 0) await Promise.all(underWay)
      }
      await within(options.graceMs, quiet())
      giveUp.abort()
      // Whoever still waits for a database that does not answer is left behind; its leases run out.
      await within(
        LAST_WRITES_MS,
        quiet().then(() => writer.idle()),
      )
      writer.abandon()
    },
    freeSlots: () =>
      running && reachable
        ? slots.freeForNew()
        : { ...slots.free(), endpoints: [], free: [], defaultFree: 0 },
    accept(leases, leasedAt) {
      for (const lease of leases) run(bornDelivery(lease, leasedAt))
    },
    wake: () => loops?.claim.wake(),
  }
}

/** Waits for the work, but not longer. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
