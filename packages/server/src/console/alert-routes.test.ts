import { describe, expect, test } from 'vitest'
import { useConsoleBed } from '../../testing/console-bed.ts'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import { send } from '../../testing/delivery-fixture.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { AlertView } from '../apps/alerts.ts'
import type { ListedApp } from '../apps/list-apps.ts'

const bed = useConsoleBed()

interface Alerts {
  alerts: AlertView[]
  next_cursor: string | null
}

const alerts = async (query = ''): Promise<Alerts> => {
  const answer = await bed.call<Alerts>('GET', `/apps/${bed.app.slug}/alerts${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}
const see = (id: string) => bed.call<AlertView>('POST', `/apps/${bed.app.slug}/alerts/${id}/seen`)
const unseen = async (): Promise<number> => {
  const { body } = await bed.call<{ apps: ListedApp[] }>('GET', '/apps')
  return body.apps.find(({ slug }) => slug === bed.app.slug)!.unseen_alerts
}
const endpoint = (change: string) =>
  bed.node.database.pool.query(`update endpoints set ${change} where id = $1`, [bed.app.endpointId])

/** As after attempts that failed since then; the next failure decides. */
const failingFor = (time: string) =>
  endpoint(`failure_streak = 30, first_failure_at = now() - interval '${time}', paused_until = '-infinity'`)

describe('the developer is told', () => {
  test('nothing while all is well, nor of a single failure', async () => {
    await bed.subscribe()
    await bed.deliver(['hello'], 'delivered')
    bed.appSays(500)
    await bed.deliver(['hello'], 'pending')
    expect(await alerts()).toEqual({ alerts: [], next_cursor: null })
    expect(await unseen()).toBe(0)
  })

  test('when a 410 disables the events URL, with what was known of it then', async () => {
    bed.appSays(410)
    await bed.subscribe()
    await bed.deliver(['hello'], 'held')
    expect((await alerts()).alerts).toEqual([
      {
        id: expect.any(String),
        kind: 'endpoint_disabled',
        message: expect.stringContaining('answered 410 and is disabled'),
        url: bed.receiver.url,
        reason: 'answered_410_gone',
        failure_streak: expect.any(Number),
        first_failure_at: expect.any(String),
        last_success_at: null,
        quota: null,
        created_at: expect.any(String),
        seen_at: null,
      },
    ])
    expect(await unseen()).toBe(1)
  })

  test('half-way to being disabled, once for each spell of failures, and when it is', async () => {
    await bed.subscribe()
    bed.appSays(500)
    await failingFor('59 hours')
    await bed.deliver(['one'], 'pending')
    expect((await alerts()).alerts).toEqual([])

    for (const attempts of [2, 3]) {
      await failingFor('61 hours')
      await bed.makeDue()
      await waitFor(async () => (await bed.list('?state=pending')).deliveries[0]?.attempts_made === attempts)
    }
    expect((await alerts()).alerts).toMatchObject([
      { kind: 'endpoint_failing', message: expect.stringContaining('two and a half days'), reason: null },
    ])
    expect(await bed.health()).toMatchObject({ state: 'paused', warned_at: expect.any(String) })

    await failingFor('121 hours')
    await bed.makeDue()
    await waitFor(async () => (await alerts()).alerts.length === 2)
    expect((await alerts()).alerts).toMatchObject([
      {
        kind: 'endpoint_disabled',
        reason: 'failing_for_five_days',
        message: expect.stringContaining('five days'),
      },
      { kind: 'endpoint_failing' },
    ])
  })

  test('again after a success between two spells of failures', async () => {
    await bed.subscribe()
    for (const answer of [500, 200, 500]) {
      bed.appSays(answer)
      if (answer === 500) await failingFor('61 hours')
      else await endpoint(`paused_until = '-infinity'`)
      await send(bed.node.database.pool, bed.conversation, [String(answer)])
      await bed.makeDue()
      // Of a success all: one that is written late would end the next spell of failures.
      await waitFor(async () => {
        const { deliveries } = await bed.list('?state=pending')
        return answer === 200
          ? deliveries.length === 0
          : deliveries.some(({ attempts_made }) => attempts_made > 0)
      })
    }
    await waitFor(async () => (await alerts()).alerts.length === 2)
    expect((await alerts()).alerts.map(({ kind }) => kind)).toEqual(['endpoint_failing', 'endpoint_failing'])
  })

  test('§12 when four fifths of a day’s calls are made, and when all are', async () => {
    const { db, url } = bed.node
    await db.updateTable('apps').set({ calls_per_day: 10 }).where('id', '=', bed.app.id).execute()
    const call = async (): Promise<number> => {
      const headers = { 'x-api-key': bed.app.key }
      return (await fetch(`${url}/v1/open-platform/finder/post/none`, { headers })).status
    }
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push(await call())
    expect(statuses).toEqual([...Array(10).fill(404), 429, 429])
    expect((await alerts()).alerts).toMatchObject([
      {
        kind: 'daily_quota_exceeded',
        message: expect.stringContaining('answered with 429 until the day (of UTC) ends'),
        url: null,
        failure_streak: null,
        quota: { limit: 10, used: 10, resets_at: expect.stringMatching(/T00:00:00\.000Z$/) },
      },
      {
        kind: 'daily_quota_warning',
        message: expect.stringContaining('four fifths'),
        quota: { limit: 10, used: 8, resets_at: expect.any(String) },
      },
    ])
    expect(await unseen()).toBe(2)
  })

  test('in the transaction of the change: what is rolled back tells nothing', async () => {
    const client = await bed.node.database.pool.connect()
    await client.query('begin')
    await client.query(`update endpoints set state = 'disabled' where id = $1`, [bed.app.endpointId])
    await client.query('rollback')
    client.release()
    expect((await alerts()).alerts).toEqual([])
  })
})

describe('alerts', () => {
  const happen = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await endpoint(`state = 'disabled', disabled_reason = 'answered_410_gone'`)
      await endpoint(`state = 'enabled'`)
    }
  }

  test('come by pages, the newest first, and seen or unseen alone', async () => {
    await happen(5)
    const first = await alerts('?limit=3')
    const second = await alerts(`?limit=3&cursor=${first.next_cursor}`)
    const ids = [...first.alerts, ...second.alerts].map(({ id }) => Number(id))
    expect(ids).toHaveLength(5)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(second.next_cursor).toBeNull()
    await see(String(ids[1]))
    expect((await alerts('?seen=true')).alerts.map(({ id }) => Number(id))).toEqual([ids[1]])
    expect((await alerts('?seen=false')).alerts).toHaveLength(4)
    expect(await unseen()).toBe(4)
  })

  test('are marked as seen, and the first time counts', async () => {
    await happen(1)
    const [alert] = (await alerts()).alerts
    const first = await see(alert!.id)
    expect([first.status, first.body]).toMatchObject([200, { ...alert, seen_at: expect.any(String) }])
    expect((await see(alert!.id)).body).toEqual(first.body)
    expect(await unseen()).toBe(0)
  })

  test.each(['0', '999999999', 'abc', '99999999999999999999'])('of the id %s there is none', async (id) => {
    expect(refusal(await see(id))).toEqual([404, 5, 'ALERT_NOT_FOUND'])
  })

  test('of another app are unknown', async () => {
    await happen(1)
    const [alert] = (await alerts()).alerts
    expect((await bed.call('POST', '/apps', { slug: 'quiet-app', display_name: 'Quiet' })).status).toBe(200)
    expect(refusal(await bed.call('POST', `/apps/quiet-app/alerts/${alert!.id}/seen`))).toEqual([
      404,
      5,
      'ALERT_NOT_FOUND',
    ])
    expect((await bed.call<Alerts>('GET', '/apps/quiet-app/alerts')).body.alerts).toEqual([])
    expect(await unseen()).toBe(1)
  })

  test('refuse a filter that there is not', async () => {
    const wrong = await bed.call('GET', `/apps/${bed.app.slug}/alerts?seen=perhaps&cursor=abc`)
    expect(Object.keys(wrongFields(wrong)).toSorted()).toEqual(['cursor', 'seen'])
  })
})
