import { describe, expect, test } from 'vitest'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { PATIENCE, useFaultBed } from './fault-bed.ts'
import { endWaits, expireLeases, leasesHeld, queueRows } from './fault-database.ts'
import { type AcceptedMessage, type MarketConversation, send } from './fault-market.ts'
import type { FaultNode } from './fault-node.ts'
import type { FaultyApp } from './faulty-app.ts'
import type { StatementProxy } from './statement-proxy.ts'

/** kill -9 at every step boundary of an attempt. Nothing random here: each boundary is reached, then the node dies. */

const bed = useFaultBed()

/** The schedule has eleven retries, so the twelfth attempt is the last. */
const FAILURES_BEFORE = { first: 0, retry: 1, last: 11 } as const

interface Stage {
  which: keyof typeof FAILURES_BEFORE
  proxy: StatementProxy
  app: FaultyApp
}

interface Boundary {
  name: string
  /** Calls that were made and that nobody knows of any more. */
  again: 0 | 1
  stopAt(stage: Stage): { reached: Promise<void>; release(): void }
}

const BOUNDARIES: Boundary[] = [
  {
    name: 'after the lease, before the node hears of it',
    again: 0,
    stopAt: ({ proxy, which }) =>
      proxy.hold(which === 'first' ? 'send_messages' : 'claim_deliveries', 'answer'),
  },
  {
    name: 'during the call, before the app has it',
    again: 0,
    stopAt: ({ app }) => app.holdConnection(),
  },
  {
    name: 'when the app has the call, before its answer',
    again: 1,
    stopAt: ({ app }) => app.holdAnswer(),
  },
  {
    name: 'after the answer, before the outcome is written',
    again: 1,
    stopAt: ({ proxy }) => proxy.hold('finish_deliveries', 'request'),
  },
  {
    name: 'after the outcome is written, before the node hears of it',
    again: 0,
    stopAt: ({ proxy }) => proxy.hold('finish_deliveries', 'answer'),
  },
]

/** Accepts 'one' and lets it fail until the attempt in question is next. */
async function failUntil(
  failures: number,
  victim: FaultNode,
  conversation: MarketConversation,
): Promise<AcceptedMessage> {
  const one = await send(victim, conversation, 'one', { key: 'one' })
  await waitFor(async () => {
    const [row] = await queueRows(bed.pool)
    if (row?.attempts === failures && row.lease_owner === null) return true
    // An attempt may have ended since: the one in question is not to be set off.
    await endWaits(bed.pool, failures)
    return false
  }, PATIENCE)
  return one!
}

describe.each(['first', 'retry', 'last'] as const)('kill -9 of the node, %s attempt', (which) => {
  test.each(BOUNDARIES)('$name: made again $again times', async ({ stopAt, again }) => {
    const { app, pool, proxy } = bed
    const failuresBefore = FAILURES_BEFORE[which]
    app.behave(({ text, attempt }) =>
      text === 'one' && (attempt <= failuresBefore || which === 'last') ? 'error' : 'ok',
    )
    const market = await bed.openMarket(1)
    const conversation = market.conversations[0]!
    // The heir of the test before.
    const [victim] = await bed.nodes(1)

    const earlier = which === 'first' ? null : await failUntil(failuresBefore, victim!, conversation)
    const stop = stopAt({ which, proxy, app })
    const sending = which === 'first' ? send(victim!, conversation, 'one', { key: 'one' }) : endWaits(pool)
    await stop.reached
    const heldAtFaults = await leasesHeld(pool)
    await victim!.kill()
    stop.release()
    await sending

    await expireLeases(pool)
    const heir = await bed.start()
    // Who may not have heard that it was accepted asks again; it was stored once.
    const one = earlier ?? (await send(heir, conversation, 'one', { key: 'one' }))
    const two = await send(heir, conversation, 'two')
    await bed.drained()
    await bed.expectPromisesKept({ market, accepted: [one, two], heldAtFaults })
    const calls = app.arrivals.filter(
      ({ conversationId, text }) => conversationId === conversation.id && text === 'one',
    )
    expect(calls).toHaveLength(failuresBefore + 1 + again)
  })
})
