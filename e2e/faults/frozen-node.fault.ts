import { expect, test } from 'vitest'
import { finishedDeliveries } from '../../packages/server/testing/delivery-fixture.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { PATIENCE, useFaultBed } from './fault-bed.ts'
import { endWaits, expireLeases, leasesHeld, queueRows } from './fault-database.ts'
import { send } from './fault-market.ts'
import { FAST } from './fault-node.ts'

/** SIGSTOP beyond the lease, then SIGCONT: the node goes on where it stood, and knows nothing of what happened. */

const bed = useFaultBed()

test('what a node has to say after its lease was taken over changes nothing', async () => {
  const { app, pool, proxy } = bed
  app.behave(() => 'ok')
  const market = await bed.openMarket(1)
  const [frozen] = await bed.nodes(1)
  // The app's answer is there, and the outcome on its way to the database.
  const outcome = proxy.hold('finish_deliveries', 'request')
  const one = await send(frozen!, market.conversations[0]!, 'one')
  await outcome.reached
  const heldAtFaults = await leasesHeld(pool, frozen!.id)
  frozen!.freeze()
  await expireLeases(pool)

  const second = app.holdAnswer()
  const heir = await bed.start()
  await second.reached
  const taken = await queueRows(pool)
  expect(taken).toMatchObject([{ lease_owner: heir.id }])
  frozen!.resume()
  outcome.release()
  // Sends behind the outcome on the one connection that writes: when this is stored, the outcome was judged.
  const two = await send(frozen!, market.conversations[0]!, 'two')
  await waitFor(async () => (await leasesHeld(pool, frozen!.id)) === 0, PATIENCE)
  expect(await queueRows(pool)).toMatchObject([taken[0]!, { lease_owner: null, source_id: two!.id }])
  expect(await finishedDeliveries(pool, market.apps[0]!.endpointId)).toEqual([])

  await bed.drained()
  await bed.expectPromisesKept({ market, accepted: [one, two], heldAtFaults })
  const history = await finishedDeliveries(pool, market.apps[0]!.endpointId)
  expect(history.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
    // The heir's call got no answer in time and counts; the frozen node's never does.
    { state: 'delivered', attempts: 2 },
    { state: 'delivered', attempts: 1 },
  ])
})

test('a node that stands still beyond its leases, in the middle of its calls, costs at most one call for each', async () => {
  const { app, pool } = bed
  const market = await bed.openMarket(12)
  const [frozen, other] = await bed.nodes(2)
  const underWay = Promise.withResolvers<void>()
  const thaw = Promise.withResolvers<void>()
  let calls = 0
  app.behave(async () => {
    if (++calls === 5) underWay.resolve()
    if (calls <= 5) await thaw.promise
    return 'ok' as const
  })
  const accepted = await Promise.all(
    market.conversations.map((conversation) => send(frozen!, conversation, 'one')),
  )
  await underWay.promise
  frozen!.freeze()
  const heldAtFaults = await leasesHeld(pool, frozen!.id)
  // No help from the test: the leases run out, and the other node finds them.
  await waitFor(async () => (await leasesHeld(pool, frozen!.id)) === 0, PATIENCE)
  thaw.resolve()
  await waitFor(async () => {
    await endWaits(pool)
    return (await leasesHeld(pool)) === 0
  }, PATIENCE)
  frozen!.resume()
  accepted.push(await send(frozen!, market.conversations[0]!, 'two'))
  accepted.push(await send(other!, market.conversations[1]!, 'two'))
  await bed.drained()
  await bed.expectPromisesKept({ market, accepted, heldAtFaults })
})

test('an attempt that outlasts its lease is prolonged, and no other node makes it again', async () => {
  const { app, pool } = bed
  const market = await bed.openMarket(1)
  await bed.nodes(0)
  const patient = await bed.start({ ...FAST, leaseMs: 2_000, startMarginMs: 1_000, deadlineMs: 60_000 })
  await bed.start()
  const answer = Promise.withResolvers<void>()
  app.behave(async () => {
    await answer.promise
    return 'ok' as const
  })
  const one = await send(patient, market.conversations[0]!, 'one')
  const [first] = await queueRows(pool)
  const { rows } = await pool.query('select lease_until from delivery_queue')
  const end = rows[0].lease_until
  await waitFor(async () => {
    const { rows } = await pool.query(
      `select clock_timestamp() > $1::timestamptz + interval '2 seconds' as over`,
      [end],
    )
    return rows[0].over
  }, PATIENCE)
  expect(await queueRows(pool)).toMatchObject([
    { lease_owner: patient.id, lease_number: first!.lease_number },
  ])
  answer.resolve()
  await bed.drained()
  await bed.expectPromisesKept({ market, accepted: [one], heldAtFaults: 0 })
})
