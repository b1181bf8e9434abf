import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'
import type { ErrorBody } from '../errors.ts'

const PER_MINUTE = 12

describe('§12 limits: a person’s messages', () => {
  let node: TestServer
  let seller: fixture.UserFixture
  let post: { id: string; token: string }

  beforeAll(async () => {
    node = await startTestServer({ config: { userMessagesPerMinute: PER_MINUTE } })
    seller = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, seller.id)
  })
  afterAll(() => node.close())

  /** A buyer in a conversation, whose minute has time enough left for a test. */
  async function newBuyer() {
    for (;;) {
      const buyer = await fixture.addUser(node.db)
      const { rows } = await node.database.pool.query<{ fits: boolean }>(
        `select quota_window_start('user_minute', $1, clock_timestamp()) > clock_timestamp() - interval '20 s' as fits`,
        [buyer.id],
      )
      if (!rows[0]?.fits) continue
      const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
      return { buyer, conversationId }
    }
  }

  interface Sent {
    status: number
    retryAfter: number
    body: ErrorBody & { id?: string }
  }

  async function write(
    { buyer, conversationId }: Awaited<ReturnType<typeof newBuyer>>,
    text: string,
    headers: Record<string, string> = {},
    at = node,
  ): Promise<Sent> {
    const answer = await fetch(`${at.url}/me/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { cookie: buyer.cookie, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ text }),
    })
    const retryAfter = Number(answer.headers.get('retry-after'))
    return { status: answer.status, retryAfter, body: (await answer.json()) as Sent['body'] }
  }

  test('are counted over all nodes together', async () => {
    const config = { userMessagesPerMinute: PER_MINUTE }
    await using other = await startTestServer({ config, database: node.database })
    const place = await newBuyer()
    let accepted = 0
    for (let i = 0; i < 2 * PER_MINUTE; i++) {
      const { status } = await write(place, `text ${i}`, {}, i % 2 ? other : node)
      if (status === 200) accepted++
    }
    expect(accepted).toBeLessThanOrEqual(PER_MINUTE)
    expect(accepted).toBeGreaterThanOrEqual(PER_MINUTE - 1)
  })

  const statuses = async (count: number, send: (i: number) => Promise<Sent>): Promise<number[]> => {
    const found: number[] = []
    for (let i = 0; i < count; i++) found.push((await send(i)).status)
    return found
  }

  test('beyond the limit are 429 code 8, and nothing of them is stored', async () => {
    const place = await newBuyer()
    expect(await statuses(PER_MINUTE, (i) => write(place, `text ${i}`))).toEqual(Array(PER_MINUTE).fill(200))
    const refused = await write(place, 'one too many')
    expect([refused.status, refused.body.code]).toEqual([429, 8])
    expect(refused.body.message).toMatch(/^you have sent 12 messages within a minute.*wait \d+ s$/)
    expect(refused.body.details).toMatchObject([
      { reason: 'MESSAGE_LIMIT_EXCEEDED', metadata: { window: 'minute', limit: '12' } },
      helpDetail('MESSAGE_LIMIT_EXCEEDED'),
    ])
    expect(refused.retryAfter).toBeGreaterThan(0)
    expect(refused.retryAfter).toBeLessThanOrEqual(60)
    const { rows } = await node.database.pool.query(
      'select count(*) as stored from messages where conversation_id = $1',
      [place.conversationId],
    )
    expect(rows).toEqual([{ stored: PER_MINUTE }])
  })

  test('that are the same one sent again under its Idempotency-Key count once', async () => {
    const place = await newBuyer()
    const repeat = () => write(place, 'again', { 'idempotency-key': `key ${place.conversationId}` })
    expect(await statuses(3 * PER_MINUTE, repeat)).toEqual(Array(3 * PER_MINUTE).fill(200))
    expect(await statuses(PER_MINUTE, (i) => write(place, `text ${i}`))).toEqual([
      ...Array(PER_MINUTE - 1).fill(200),
      429,
    ])
  })

  test('of one person leave another’s alone; what is not understood counts for nobody', async () => {
    const [one, two] = [await newBuyer(), await newBuyer()]
    expect(await statuses(PER_MINUTE, () => write(one, ''))).toEqual(Array(PER_MINUTE).fill(400))
    expect(await statuses(PER_MINUTE + 1, (i) => write(one, `text ${i}`))).toEqual([
      ...Array(PER_MINUTE).fill(200),
      429,
    ])
    expect((await write(two, 'hello')).status).toBe(200)
  })

  test('that the host sends for a person are not limited', async () => {
    const { buyer, conversationId } = await newBuyer()
    const send = async (text: string): Promise<number> => {
      const answer = await fetch(`${node.url}/host/v1/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TEST_HOST_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sender: buyer.hostId, text }),
      })
      return answer.status
    }
    for (let i = 0; i < PER_MINUTE + 3; i++) expect(await send(`text ${i}`)).toBe(200)
  })
})
