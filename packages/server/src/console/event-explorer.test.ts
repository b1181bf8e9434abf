import { beforeEach, describe, expect, test } from 'vitest'
import { type Deliveries, useConsoleBed } from '../../testing/console-bed.ts'
import { wrongFields } from '../../testing/console-client.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { newId } from '../ids.ts'
import type { deliveryDetails } from './traffic-views.ts'

type Delivery = ReturnType<typeof deliveryDetails>

const bed = useConsoleBed()

// Ids are given out in the order of time, also here, where tests write rows of other times.
beforeEach(() => bed.node.database.pool.query('truncate delivery_history'))

const idsOf = async (query: string): Promise<string[]> =>
  (await bed.list(query)).deliveries.map(({ id }) => id)

const details = async (id: string): Promise<Delivery> =>
  (await bed.call<Delivery>('GET', `/apps/${bed.app.slug}/deliveries/${id}`)).body

const history = (count: number, values: Record<string, string>) =>
  bed.node.database.pool.query(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, conversation_id,
       state, attempts, attempt_log, replay, created_at, finished_at)
     select nextval('delivery_queue_id_seq'), $1, n, $2, $3, gen_random_uuid(), null, 'delivered', 1, '[]', false,
       $4::timestamptz, $4::timestamptz
     from generate_series(1, $5::integer) n`,
    [bed.app.endpointId, newId(), values.type ?? 'NEW_MESSAGE', values.at ?? new Date().toISOString(), count],
  )

describe('looking for events', () => {
  test('by webhook id finds the event with all that was sent again', async () => {
    await bed.subscribe()
    const [second] = await bed.deliver(['one', 'two'], 'delivered')
    const sentAgain = await bed.call<{ delivery_id: string }>(
      'POST',
      `/apps/${bed.app.slug}/deliveries/${second!.id}/resend`,
    )
    const its = [sentAgain.body.delivery_id, second!.id]
    const query = `?webhook_id=${second!.webhook_id}`
    await waitFor(async () => (await bed.list(`${query}&state=delivered`)).deliveries.length === 2)
    expect(await idsOf(query)).toEqual(its)
    expect(await idsOf(`${query}&limit=1`)).toEqual(its.slice(0, 1))
    expect(await idsOf(`?webhook_id=evt_${'x'.repeat(27)}`)).toEqual([])
  })

  test('by conversation, type and state, together', async () => {
    await bed.subscribe()
    const delivered = (await bed.deliver(['hello'], 'delivered')).map(({ id }) => id)
    await history(3, { type: 'POST_UPDATE' })
    const conversation = `conversation_id=${bed.conversation.conversationId}`
    expect(await idsOf(`?${conversation}`)).toEqual(delivered)
    expect(await idsOf(`?${conversation}&state=dead`)).toEqual([])
    expect(await idsOf(`?${conversation}&event_type=POST_UPDATE`)).toEqual([])
    expect(await idsOf(`?conversation_id=${newId()}`)).toEqual([])
    expect(await idsOf('?event_type=POST_UPDATE')).toHaveLength(3)
    // An empty field of a form filters nothing.
    expect(await idsOf('?event_type=NEW_MESSAGE&conversation_id=&webhook_id=&from=&to=')).toEqual(delivered)
  })

  test('by time, from inclusive and to exclusive', async () => {
    for (const at of ['2026-11-01T10:00:00Z', '2026-11-01T12:00:00Z', '2026-11-01T14:00:00Z']) {
      await history(1, { at })
    }
    const times = async (query: string) =>
      (await bed.list(query)).deliveries.map(({ created_at }) => created_at.slice(11, 16))
    expect(await times('?from=2026-11-01T12:00:00Z')).toEqual(['14:00', '12:00'])
    expect(await times('?to=2026-11-01T12:00:00Z')).toEqual(['10:00'])
    expect(await times('?from=2026-11-01T15:30:00%2B03:30&to=2026-11-01T13:00:00Z')).toEqual(['12:00'])
  })

  test('what lies behind many others is found by going on, and each page costs no more than another', async () => {
    await history(2, { type: 'POST_UPDATE', at: '2026-11-02T08:00:00Z' })
    await history(10_500, { at: '2026-11-02T09:00:00Z' })
    await history(1, { type: 'POST_UPDATE', at: '2026-11-02T10:00:00Z' })
    const pages: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Deliveries = await bed.list(`?event_type=POST_UPDATE&limit=5&cursor=${cursor}`)
      pages.push(page.deliveries.length)
      cursor = page.next_cursor
    }
    expect(pages).toEqual([1, 2])
    // Nothing older than the time asked for is looked through.
    const since = await bed.list('?event_type=POST_UPDATE&limit=5&from=2026-11-02T12:00:00Z')
    expect(since).toEqual({ deliveries: [], next_cursor: null })
  })

  test.each([
    ['event_type=SOMETHING', 'event_type'],
    ['conversation_id=7', 'conversation_id'],
    ['webhook_id=evt_', 'webhook_id'],
    ['from=yesterday', 'from'],
    ['from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'to'],
    ['limit=0', 'limit'],
    ['state=lost', 'state'],
  ])('?%s is refused, and the field named', async (query, field) => {
    const answer = await bed.call('GET', `/apps/${bed.app.slug}/deliveries?${query}`)
    expect([answer.status, Object.keys(wrongFields(answer))]).toEqual([400, [field]])
  })
})

describe('the text of an event', () => {
  const takeConsentBack = () =>
    bed.node.database.pool.query('update grants set revoked_at = now() where id = $1', [bed.grant.grantId])

  test('stays visible once the app has it, whatever becomes of the consent', async () => {
    await bed.subscribe()
    const [delivered] = await bed.deliver(['already sent'], 'delivered')
    await takeConsentBack()
    expect(await details(delivered!.id)).toMatchObject({
      request_body: expect.stringContaining('already sent'),
      body_withheld: null,
    })
  })

  test('does not show when the consent was taken back before the app had it: waiting, or cancelled', async () => {
    bed.appSays(500)
    await bed.subscribe()
    const [waiting] = await bed.deliver(['never taken'], 'pending')
    expect((await details(waiting!.id)).request_body).toContain('never taken')
    await takeConsentBack()
    const open = await details(waiting!.id)
    expect(open).toMatchObject({ state: 'pending', request_body: null, body_withheld: 'grant_revoked' })
    await bed.makeDue()
    const cancelled = await waitFor(async () => {
      const found = await details(waiting!.id)
      return found.state === 'cancelled' ? found : null
    })
    expect(cancelled).toMatchObject({ request_body: null, body_withheld: 'grant_revoked' })
    expect(JSON.stringify([open, cancelled])).not.toContain('never taken')
  })

  test('does not show when its writer’s account was closed while it waited', async () => {
    bed.appSays(500)
    await bed.subscribe()
    const [waiting] = await bed.deliver(['of a closed account'], 'pending')
    await bed.node.database.pool.query('update users set blacklisted = true where id = $1', [bed.seller.id])
    expect(await details(waiting!.id)).toMatchObject({
      request_body: null,
      body_withheld: 'user_blacklisted',
    })
  })
})
