import { describe, expect, test } from 'vitest'
import { type Deliveries, IDENTIFICATION_KEY, useConsoleBed } from '../../testing/console-bed.ts'
import { refusal, wrongFields } from '../../testing/console-client.ts'
import { helpPage } from '../../testing/help-page.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { newId } from '../ids.ts'
import type { clickView, deliveryDetails, subscriptionView } from './traffic-views.ts'

type Delivery = ReturnType<typeof deliveryDetails>
interface Clicks {
  clicks: ReturnType<typeof clickView>[]
  next_cursor: string | null
}
interface Subscriptions {
  subscriptions: ReturnType<typeof subscriptionView>[]
  next_cursor: string | null
}

const bed = useConsoleBed()

describe('deliveries', () => {
  test('are listed, and each shows what went over the wire, the identification key masked', async () => {
    bed.appSays({ status: 200, headers: { 'x-app': 'v7' }, body: 'thanks' })
    await bed.subscribe({ ref: 7 })
    const [summary] = await bed.deliver(['سلام'], 'delivered')
    expect(summary).toMatchObject({
      event_type: 'NEW_MESSAGE',
      reason: null,
      help: null,
      replay: false,
      conversation_id: bed.conversation.conversationId,
      finished_at: expect.any(String),
      next_attempt_at: null,
      attempts_made: 1,
    })
    const answer = await bed.call<Delivery>('GET', `/apps/${bed.app.slug}/deliveries/${summary!.id}`)
    const [heard] = bed.receiver.received
    const { attempts, request_body, body_withheld, ...rest } = answer.body
    expect(body_withheld).toBe(null)
    expect(rest).toEqual(summary)
    expect(request_body).toBe(heard!.body)
    expect(attempts).toMatchObject([
      {
        attempt: 1,
        outcome: 'delivered',
        error: null,
        help: null,
        status: 200,
        answer_body: 'thanks',
        answer_headers: { 'x-app': 'v7' },
        request_headers: {
          'webhook-id': heard!.headers['webhook-id'],
          'webhook-signature': heard!.headers['webhook-signature'],
          'charsu-attempt': '1',
        },
      },
    ])
    expect(attempts[0]!.duration_ms).toBeGreaterThanOrEqual(0)
    expect(heard!.headers.authorization).toBe(IDENTIFICATION_KEY)
    expect(attempts[0]!.request_headers).toHaveProperty('authorization')
    expect(answer.text).not.toContain(IDENTIFICATION_KEY)
    expect(summary!.webhook_id).toBe(heard!.headers['webhook-id'])
  })

  test('that failed show each attempt’s error, and when the next will be', async () => {
    bed.appSays({ status: 500, body: 'out of order' })
    await bed.subscribe()
    const [waiting] = await bed.deliver(['hello'], 'pending')
    expect(waiting).toMatchObject({ finished_at: null, next_attempt_at: expect.any(String) })
    const { body } = await bed.call<Delivery>('GET', `/apps/${bed.app.slug}/deliveries/${waiting!.id}`)
    expect(body.attempts).toMatchObject([
      { outcome: 'retry', status: 500, help: helpPage('NOT_2XX'), answer_body: 'out of order' },
    ])
  })

  test('come by pages, the newest first, each once, and by state', async () => {
    await bed.subscribe()
    await bed.deliver(['1', '2', '3', '4', '5'], 'delivered')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Deliveries = await bed.list(`?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...page.deliveries.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(seen).toHaveLength(5)
    expect(seen.map(Number)).toEqual(seen.map(Number).toSorted((a, b) => b - a))
    expect((await bed.list('?state=dead')).deliveries).toEqual([])
    expect((await bed.list('?state=delivered&limit=100')).deliveries).toHaveLength(5)
  })

  test.each([
    ['state=lost', 'state'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['limit=0x10', 'limit'],
    ['cursor=abc', 'cursor'],
  ])('refuse ?%s, naming it', async (query, field) => {
    const answer = await bed.call('GET', `/apps/${bed.app.slug}/deliveries?${query}`)
    expect([answer.status, Object.keys(wrongFields(answer))]).toEqual([400, [field]])
  })

  test.each(['0', '999999999', '99999999999999999999', 'abc', '1e3'])(
    'of the id %s there is none',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/resend'],
      ] as const) {
        const answer = await bed.call(method, `/apps/${bed.app.slug}/deliveries/${id}${path}`)
        expect(refusal(answer)).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
      }
    },
  )

  test('of another app of the same developer do not show', async () => {
    await bed.subscribe()
    const [delivery] = await bed.deliver(['mine'], 'delivered')
    const other = 'an-other-app'
    expect((await bed.call('POST', '/apps', { slug: other, display_name: 'Other' })).status).toBe(200)
    expect((await bed.call<Deliveries>('GET', `/apps/${other}/deliveries`)).body.deliveries).toEqual([])
    const path = `/apps/${other}/deliveries/${delivery!.id}`
    expect(refusal(await bed.call('GET', path))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
    expect(refusal(await bed.call('POST', `${path}/resend`))).toEqual([404, 5, 'DELIVERY_NOT_FOUND'])
  })
})

describe('resending', () => {
  test('sends the same body under the same webhook-id, as a delivery of its own', async () => {
    await bed.subscribe()
    const [first] = await bed.deliver(['again'], 'delivered')
    const answer = await bed.call<{ delivery_id: string }>(
      'POST',
      `/apps/${bed.app.slug}/deliveries/${first!.id}/resend`,
    )
    expect(answer.status, answer.text).toBe(200)
    await waitFor(() => bed.receiver.received.length === 2)
    const [once, twice] = bed.receiver.received
    expect(twice!.body).toBe(once!.body)
    expect(twice!.headers['webhook-id']).toBe(once!.headers['webhook-id'])
    const path = `/apps/${bed.app.slug}/deliveries/${answer.body.delivery_id}`
    const second = await waitFor(async () => {
      const { body } = await bed.call<Delivery>('GET', path)
      return body.state === 'delivered' ? body : null
    })
    expect(second).toMatchObject({ replay: true, webhook_id: first!.webhook_id })
  })

  test('is refused while the delivery goes on by itself', async () => {
    bed.appSays(500)
    await bed.subscribe()
    const [waiting] = await bed.deliver(['hello'], 'pending')
    const answer = await bed.call('POST', `/apps/${bed.app.slug}/deliveries/${waiting!.id}/resend`)
    expect(refusal(answer)).toEqual([412, 9, 'DELIVERY_NOT_FINISHED'])
  })

  test('is refused after the user took their consent back', async () => {
    await bed.subscribe()
    const [first] = await bed.deliver(['hello'], 'delivered')
    await bed.node.database.pool.query('update grants set revoked_at = now() where id = $1', [
      bed.grant.grantId,
    ])
    const answer = await bed.call('POST', `/apps/${bed.app.slug}/deliveries/${first!.id}/resend`)
    expect(refusal(answer)).toEqual([412, 9, 'GRANT_REVOKED'])
  })
})

describe('clicks', () => {
  const addClick = async (outcome: 'opened' | 'failed', reason: string | null = null): Promise<string> => {
    const id = newId()
    await bed.node.db
      .insertInto('clicks')
      .values({
        id,
        app_id: bed.app.id,
        user_id: bed.seller.id,
        message_id: newId(),
        notice_id: null,
        conversation_id: bed.conversation.conversationId,
        button: 'rows[0].buttons[1]',
        action: 'open_server_link',
        outcome,
        reason,
        detail: reason && 'the app answered 500: look at its log',
        request: JSON.stringify({ url: 'http://127.0.0.1:9/session' }),
        answer_status: reason ? 500 : 200,
        answer_body: '{}',
        duration_ms: 12,
      })
      .execute()
    return id
  }

  test('show their cause and fix, under the id by which the app knows the user', async () => {
    const opened = await addClick('opened')
    const failed = await addClick('failed', 'NOT_2XX')
    const { body, text } = await bed.call<Clicks>('GET', `/apps/${bed.app.slug}/clicks`)
    expect(body.clicks).toMatchObject([
      {
        id: failed,
        outcome: 'failed',
        reason: 'NOT_2XX',
        detail: 'the app answered 500: look at its log',
        help: helpPage('NOT_2XX'),
        button: 'rows[0].buttons[1]',
        request: { url: 'http://127.0.0.1:9/session' },
        answer_status: 500,
      },
      { id: opened, outcome: 'opened', reason: null, help: null },
    ])
    expect(body.clicks[0]!.user_id).toMatch(/^[\w-]{22}$/)
    expect(text).not.toContain(bed.seller.id)
  })

  test('come by pages and by outcome', async () => {
    const ids = [await addClick('opened'), await addClick('failed', 'X'), await addClick('opened')]
    const first = await bed.call<Clicks>('GET', `/apps/${bed.app.slug}/clicks?limit=2`)
    const cursor = first.body.next_cursor
    const second = await bed.call<Clicks>('GET', `/apps/${bed.app.slug}/clicks?limit=2&cursor=${cursor}`)
    expect([...first.body.clicks, ...second.body.clicks].map(({ id }) => id)).toEqual(ids.toReversed())
    expect(second.body.next_cursor).toBeNull()
    const failed = await bed.call<Clicks>('GET', `/apps/${bed.app.slug}/clicks?outcome=failed`)
    expect(failed.body.clicks.map(({ id }) => id)).toEqual([ids[1]])
    const wrong = await bed.call('GET', `/apps/${bed.app.slug}/clicks?outcome=lost&cursor=7`)
    expect(Object.keys(wrongFields(wrong)).toSorted()).toEqual(['cursor', 'outcome'])
  })
})

describe('subscriptions', () => {
  const listed = async (): Promise<Subscriptions['subscriptions']> =>
    (await bed.call<Subscriptions>('GET', `/apps/${bed.app.slug}/subscriptions`)).body.subscriptions

  test('are shown with their metadata while they hear events', async () => {
    const id = await bed.subscribe({ ref: 7 })
    const [subscription, ...more] = await listed()
    expect(subscription).toMatchObject({
      id,
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: null,
      metadata: { ref: 7 },
      user_id: expect.stringMatching(/^[\w-]{22}$/),
    })
    expect(more).toEqual([])
  })

  test.each([
    ['it ended', 'update subscriptions set ended_at = now() where app_id = $1'],
    ['its token expired', `update subscriptions set expires_at = now() - interval '1 s' where app_id = $1`],
    ['the user took their consent back', 'update grants set revoked_at = now() where app_id = $1'],
  ])('are gone from the list once %s', async (_why, statement) => {
    await bed.subscribe()
    await bed.node.database.pool.query(statement, [bed.app.id])
    expect(await listed()).toEqual([])
  })
})
