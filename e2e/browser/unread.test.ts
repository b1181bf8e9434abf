import { afterAll, beforeAll, expect, test } from 'vitest'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { ChatPage } from './chat-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'

/** More than one page of messages, of which most were not read. */
const ALL = 300
const UNREAD = 180

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
})
afterAll(() => bed?.[Symbol.asyncDispose]())

/** A long conversation, of which the buyer has read the beginning; all of it is the seller's. */
async function longConversation() {
  const { db, database, url } = bed.server
  const seller = await fixture.addUser(db, { name: 'Sima' })
  const buyer = await fixture.addUser(db, { name: 'Babak' })
  const post = await fixture.addPost(db, seller.id, { title: 'A blue bicycle' })
  const id = await fixture.addConversation(db, post, seller.id, buyer.id)
  await database.pool.query(
    `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
     select gen_random_uuid(), $1, n, $2, jsonb_build_object('text', 'message ' || n || '.'), now()
     from generate_series(1, $3::int) n`,
    [id, seller.id, ALL],
  )
  await database.pool.query('update conversations set last_sequence = $2, last_at = now() where id = $1', [
    id,
    ALL,
  ])
  const path = (hostId: string) => `${url}/dev/as/${hostId}/me/v1/conversations/${id}`
  await fetch(`${path(buyer.hostId)}/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ sequence: ALL - UNREAD }),
  })
  const unread = async (hostId: string): Promise<number> =>
    ((await (await fetch(path(hostId))).json()) as { unread_count: number }).unread_count
  return { id, seller, buyer, unread }
}

test.each([{ reducedMotion: true }, { reducedMotion: false }])(
  'one begins at the first of many unread messages, and only what was seen counts as read: %o',
  async (motion) => {
    const { id, buyer, unread } = await longConversation()
    const page = await bed.pageOf(buyer.hostId, { locale: 'en', ...motion })
    const chat = await new ChatPage(page, 'en').open(id)
    await page.locator('[data-placed]').waitFor()
    await chat.message(`message ${ALL - UNREAD + 1}.`).waitFor()
    await expect.poll(() => unread(buyer.hostId)).toBeLessThan(UNREAD)
    // What is above is being loaded meanwhile; it moves nothing of what is in view.
    await expect.poll(() => chat.message(`message ${ALL - UNREAD + 1}.`).isVisible()).toBe(true)
    expect(await unread(buyer.hostId)).toBeGreaterThan(UNREAD - 40)
  },
)

test('a chat that is behind another part of the playground loads nothing and reads nothing', async () => {
  const { id, buyer, unread } = await longConversation()
  const page = await bed.pageOf(null, { locale: 'en', screen: 'phone' })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes(`/dev/as/${buyer.hostId}/`) && request.url().includes('before=')) {
      asked.push(request.url())
    }
  })
  await page.goto(`/?conversation=${id}&view=seller`)
  await page.getByRole('region', { name: 'Seller', exact: true }).getByRole('article').first().waitFor()
  // It asked for page after page in less.
  await page.waitForTimeout(1_500)
  // Those that are loaded at once, so that the chat can begin at the first unread one.
  expect(asked.length).toBeLessThanOrEqual(2)
  expect(await unread(buyer.hostId)).toBe(UNREAD)
})
