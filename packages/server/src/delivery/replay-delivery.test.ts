import { expect, test } from 'vitest'
import { addRevocationEvent, openDeliveries, revokeGrant, send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { replaysOf, replaysOn } from '../../testing/replay-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { ReceivedWebhook } from '../../testing/webhook-receiver.ts'
import { changeReplay } from './control-replay.ts'

const bed = useDispatcherBed()

const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))
const heardAs = ({ headers, body }: ReceivedWebhook) => ({ id: headers['webhook-id'], body })
const byId = (calls: readonly ReceivedWebhook[]) =>
  calls.map(heardAs).sort((a, b) => String(a.id).localeCompare(String(b.id)))

async function run<T>(use: (replays: ReturnType<typeof replaysOn>) => Promise<T>): Promise<T> {
  const replays = replaysOn(bed.pool)
  const runner = replays.runner()
  runner.start()
  try {
    return await use(replays)
  } finally {
    await runner.stop()
  }
}

test('the app hears the same bytes under the same webhook-id, marked as a replay', async () => {
  const receiver = await bed.receiver()
  const app = await bed.listeningApp(receiver.url, { ref: 'متن ۱', nested: { deep: [1, 2.5] } })
  bed.dispatcher().start()
  await send(bed.pool, app.conversation, ['سلام', 'two', 'three'])
  await addRevocationEvent(bed.pool, app, 'user')
  await bed.drained()
  const first = receiver.received.splice(0)
  expect(first).toHaveLength(4)
  expect(first.filter(({ headers }) => 'charsu-replay' in headers)).toEqual([])
  await run(async (replays) => {
    const jobId = await replays.start(app.appId)
    expect(await replays.reaches(jobId, 'done')).toMatchObject({ queued: 4, delivered: 4, dead: 0 })
  })
  const second = receiver.received
  expect(byId(second)).toEqual(byId(first))
  expect(second.map(({ headers }) => headers['charsu-replay'])).toEqual(['true', 'true', 'true', 'true'])
})

test('what died goes out again, and what dies again is counted', async () => {
  let answer = 422
  const receiver = await bed.receiver((text) => (text === '2' ? 422 : answer))
  const app = await bed.listeningApp(receiver.url)
  bed.dispatcher().start()
  await send(bed.pool, app.conversation, texts(4))
  await bed.drained()
  answer = 200
  await run(async (replays) => {
    const first = await replays.start(app.appId, { state: 'dead' })
    expect(await replays.reaches(first, 'done')).toMatchObject({ queued: 4, delivered: 3, dead: 1 })
    const second = await replays.start(app.appId, { state: 'dead' })
    expect(await replays.reaches(second, 'done')).toMatchObject({ queued: 1, skipped_delivered: 3, dead: 1 })
  })
})

test('consent taken back while a replay is under way ends what it has queued', async () => {
  const hold = Promise.withResolvers<number>()
  let held = false
  const receiver = await bed.receiver(() => (held ? hold.promise : 200))
  const app = await bed.listeningApp(receiver.url)
  bed.dispatcher().start()
  await send(bed.pool, app.conversation, texts(30))
  await bed.drained()
  receiver.received.splice(0)
  held = true
  await run(async (replays) => {
    const jobId = await replays.start(app.appId)
    await waitFor(async () => receiver.received.length > 0 && (await replays.read(jobId)).queued === 30)
    await revokeGrant(bed.pool, app.grantId)
    hold.resolve(200)
    const job = await replays.reaches(jobId, 'done')
    expect(job.delivered).toBe(receiver.received.length)
    expect(job.cancelled).toBe(30 - receiver.received.length)
    expect(job.cancelled).toBeGreaterThan(0)
  })
})

test('cancelling withdraws what waits; what the app is being told at that moment is finished and counted', async () => {
  const hold = Promise.withResolvers<number>()
  let held = false
  const receiver = await bed.receiver(() => (held ? hold.promise : 200))
  const app = await bed.listeningApp(receiver.url)
  bed.dispatcher().start()
  await send(bed.pool, app.conversation, texts(40))
  await bed.drained()
  receiver.received.splice(0)
  held = true
  await run(async (replays) => {
    const jobId = await replays.start(app.appId)
    await waitFor(async () => receiver.received.length > 0 && (await replays.read(jobId)).queued === 40)
    expect(await changeReplay(replays.db, { jobId, appId: app.appId }, 'cancel')).toMatchObject({
      status: 'cancelled',
      finished_at: expect.any(Date),
    })
    hold.resolve(200)
    await bed.drained()
    const job = await waitFor(async () => {
      const read = await replays.read(jobId)
      return read.waiting === 0 ? read : null
    })
    expect(job).toMatchObject({ status: 'cancelled', queued: 40, delivered: receiver.received.length })
    expect(job.cancelled).toBe(40 - receiver.received.length)
    expect(job.cancelled).toBeGreaterThan(0)
    const withdrawn = (await replaysOf(bed.pool, jobId)).filter(({ state }) => state === 'cancelled')
    expect(new Set(withdrawn.map(({ reason }) => reason))).toEqual(new Set(['replay_cancelled']))
    expect(await openDeliveries(bed.pool)).toBe(0)
  })
})

test('a cancelled replay does not come back: not what it has not queued, nor what was between two attempts', async () => {
  let answer = 200
  const receiver = await bed.receiver(() => answer)
  const app = await bed.listeningApp(receiver.url)
  bed.dispatcher().start()
  await send(bed.pool, app.conversation, texts(3))
  await bed.drained()
  answer = 500
  const failed = receiver.received.length + 3
  await run(async (replays) => {
    const jobId = await replays.start(app.appId)
    await waitFor(() => receiver.received.length >= failed)
    await changeReplay(replays.db, { jobId, appId: app.appId }, 'cancel')
    const heard = receiver.received.length
    await waitFor(async () => {
      await bed.makeDue()
      return (await openDeliveries(bed.pool)) === 0
    })
    expect(receiver.received).toHaveLength(heard)
    expect((await replaysOf(bed.pool, jobId)).map(({ state }) => state)).toEqual(Array(3).fill('cancelled'))
  })
})
