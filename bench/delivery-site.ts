import { Arrivals, wallClock } from './arrivals.ts'
import { openBed } from './bed.ts'
import type { ChildServer } from './child-server.ts'
import { requireAllDelivered } from './delivered-rows.ts'
import { closedLoop, openLoop } from './load.ts'
import { fill, type Marketplace, type MarketplaceSize } from './send-marketplace.ts'
import { createSender, type Sender } from './sender.ts'
import { startSink } from './webhook-sink.ts'

export const IN_FLIGHT = 64

/** A server with a database of its own, a marketplace whose app hears every message, and that app. */
export interface DeliverySite extends AsyncDisposable {
  bed: Awaited<ReturnType<typeof openBed>>
  charsu: ChildServer
  marketplace: Marketplace
  sinkUrl: string
  /** Closed loop, 64 in flight, each until its webhook was received; messages a second. */
  deliver(amount: number): Promise<number>
  /** Messages on a fixed schedule, and how long each took. */
  paced(load: { perSecond: number; seconds: number }): Promise<Times[]>
  /** Demands that everything that was accepted here was delivered once, and all that `waiting` waits. */
  requireComplete(expected?: { waiting: number }): Promise<void>
}

/** Milliseconds until one message's webhook was received, from three beginnings. */
export interface Times {
  /** When the transaction that accepted it gave it its time, which is before its commit. */
  accepted: number
  /** When its send was answered; 0 where the webhook came first. */
  answered: number
  /** When it should have been sent. */
  scheduled: number
}

/** @param options the marketplace's size, and further settings of the server. */
export async function openDeliverySite({
  env,
  ...size
}: Omit<MarketplaceSize, 'eventsUrl'> & { env?: Record<string, string> } = {}): Promise<DeliverySite> {
  const opened = new AsyncDisposableStack()
  try {
    const arrivals = new Arrivals()
    const sink = opened.use(await startSink(arrivals.hear))
    const bed = opened.use(await openBed())
    const marketplace = await fill(bed.pool, { ...size, eventsUrl: sink.url })
    const charsu = await bed.startCharsu(env)
    const sender = opened.use(createSender(charsu.url, marketplace, { connections: IN_FLIGHT }))
    let accepted = 0
    return {
      bed,
      charsu,
      marketplace,
      sinkUrl: sink.url,
      async deliver(amount) {
        accepted += amount
        return closedLoop({ slots: IN_FLIGHT, amount }, async () => arrivals.of((await sender.send())!))
      },
      async paced(load) {
        const times = await openLoop(load, (scheduledAt) => timed(sender, arrivals, scheduledAt))
        accepted += times.length
        return times
      },
      requireComplete: ({ waiting } = { waiting: 0 }) =>
        requireAllDelivered(bed.pool, { messages: accepted, deliveries: accepted, waiting }),
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

async function timed(sender: Sender, arrivals: Arrivals, scheduledAt: number): Promise<Times> {
  const id = (await sender.send())!
  const answeredAt = wallClock()
  const { at, sentAt } = await arrivals.of(id)
  return {
    accepted: at - sentAt,
    answered: Math.max(0, at - answeredAt),
    scheduled: at - (performance.timeOrigin + scheduledAt),
  }
}
