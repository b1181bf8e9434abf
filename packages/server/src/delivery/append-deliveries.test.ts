import { sql } from 'kysely'
import type { PoolClient } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { addEndpoint, misplacedDeliveries, type TestEndpoint } from '../../testing/delivery-fixture.ts'
import { outcome, storeOn, useQueueBed } from '../../testing/queue-bed.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { newId } from '../ids.ts'
import { appendDeliveries, type NewDelivery } from './append-deliveries.ts'

const bed = useQueueBed()
const { connect, claim, claimOne, finish, isWaitingForLock } = bed
let db: Database
let endpoint: TestEndpoint
beforeAll(async () => {
  db = createDatabase(bed.pool)
  endpoint = await addEndpoint(bed.pool, 'http://127.0.0.1:9/hook')
})

/** A fact about a thing, to be told to the app. */
async function about(lane: string, text: string, to: TestEndpoint = endpoint): Promise<NewDelivery> {
  const factId = newId()
  await bed.pool.query(`insert into event_facts (id, type, payload) values ($1, 'X', $2)`, [
    factId,
    JSON.stringify({ text }),
  ])
  return {
    endpointId: to.endpointId,
    lane,
    subscriptionId: to.appId,
    eventType: 'X',
    factId,
    grantId: null,
    traceparent: null,
  }
}
const append = async (...deliveries: Promise<NewDelivery>[]): Promise<boolean> => {
  const given = await Promise.all(deliveries)
  return db.transaction().execute((tx) => appendDeliveries(tx, given))
}
/** An append in a transaction of its own, which stays open until told. */
async function beginAppend(given: NewDelivery) {
  const begun = Promise.withResolvers<{ processID: number }>()
  const due = Promise.withResolvers<boolean>()
  const { promise: told, resolve: commit } = Promise.withResolvers<void>()
  const done = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    begun.resolve({ processID: rows[0]!.pid })
    due.resolve(await appendDeliveries(tx, [given]))
    await told
  })
  return { client: (await begun.promise) as unknown as PoolClient, due: due.promise, commit, done }
}
/** What is delivered, in turn, if every attempt succeeds. */
async function delivered(): Promise<unknown[]> {
  const texts: unknown[] = []
  for (let batch = await claim(); batch.length > 0; ) {
    texts.push(...batch.map(({ content }) => (content as { text: string }).text))
    const { next } = await finish(batch.map((delivery) => outcome(delivery, 'delivered')))
    batch = next.length > 0 ? next : await claim()
  }
  return texts
}

describe('deliveries that are appended to lanes', () => {
  test('the first of an empty lane is due, all others wait behind it in the order given', async () => {
    const [post, other] = [newId(), newId()]
    expect(await append(about(post, 'one'), about(other, 'other'), about(post, 'two'))).toBe(true)
    expect(await append(about(post, 'three'))).toBe(false)
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    const texts = await delivered()
    expect(texts.filter((text) => text !== 'other')).toEqual(['one', 'two', 'three'])
    expect(texts).toHaveLength(4)
  })

  test('the lanes of two apps for one thing are two', async () => {
    const second = await addEndpoint(bed.pool, 'http://127.0.0.1:9/hook')
    const post = newId()
    await append(about(post, 'one'), about(post, 'one', second))
    expect(await claim()).toHaveLength(2)
  })

  test('none at all is none', async () => {
    expect(await append()).toBe(false)
  })

  test('a lane keeps its order through a retry, and is left at the third failure', async () => {
    const post = newId()
    await append(about(post, 'one'), about(post, 'two'))
    for (const failures of [1, 2]) {
      await finish([outcome(await claimOne(), 'retry')])
      expect(await misplacedDeliveries(bed.pool)).toEqual([])
      expect(await bed.queueRows()).toMatchObject([{ failures }, { ready: false }])
    }
    const { next } = await finish([outcome(await claimOne(), 'retry', 60_000)])
    expect(next).toMatchObject([{ content: { text: 'two' } }])
    await append(about(post, 'three'))
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  })

  test('none is lost when a lane’s last row is being finished, or leaves it, while one comes behind it', async () => {
    for (const kind of ['delivered', 'retry'] as const) {
      const post = newId()
      await append(about(post, 'one'))
      if (kind === 'retry') {
        for (const _ of [1, 2]) await finish([outcome(await claimOne(), 'retry')])
      }
      const delivery = await claimOne()
      const finisher = await connect()
      await finisher.query('begin')
      await storeOn(finisher).finish([outcome(delivery, kind, 60_000)], () => true)
      const { due, client, commit, done } = await beginAppend(await about(post, 'behind'))
      await isWaitingForLock(client)
      await finisher.query('commit')
      expect(await due).toBe(true)
      commit()
      await done
      expect(await misplacedDeliveries(bed.pool)).toEqual([])
      const head = await claimOne()
      expect(head).toMatchObject({ content: { text: 'behind' } })
      await finish([outcome(head, 'delivered')])
    }
  })

  test('none is lost when its lane’s last row is finished before the append has committed', async () => {
    const post = newId()
    await append(about(post, 'one'))
    const delivery = await claimOne()
    const { due, commit, done } = await beginAppend(await about(post, 'behind'))
    expect(await due).toBe(false)
    const finisher = await connect()
    const finished = storeOn(finisher).finish([outcome(delivery, 'delivered')], () => true)
    await isWaitingForLock(finisher)
    commit()
    await done
    expect((await finished).next).toMatchObject([{ content: { text: 'behind' } }])
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
  })
})
