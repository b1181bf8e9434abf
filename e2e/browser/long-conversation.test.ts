import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { ChatPage } from './chat-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'

const MANY = 10_000
/** As many messages up as a person may scroll in a minute. */
const FAR = 500
/** However long a conversation is, no more of it than this is in the page. */
const MOST_IN_PAGE = 80

let bed: PagesBed
let buyer: string
let seller: string
let conversationId: string

beforeAll(async () => {
  bed = await pagesBed()
  const { db, database } = bed.server
  const sima = await fixture.addUser(db, { name: 'Sima' })
  const babak = await fixture.addUser(db, { name: 'Babak' })
  seller = sima.hostId
  buyer = babak.hostId
  const post = await fixture.addPost(db, sima.id, { title: 'A blue bicycle' })
  conversationId = await fixture.addConversation(db, post, sima.id, babak.id)
  await database.pool.query(
    `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
     select gen_random_uuid(), $1, n, case when n % 3 = 0 then $2::uuid else $3::uuid end,
       jsonb_build_object('text', 'message ' || n || '.' || repeat(' and more of it', n % 9)),
       now() - make_interval(secs => $4 - n)
     from generate_series(1, $4::int) n`,
    [conversationId, sima.id, babak.id, MANY],
  )
  await database.pool.query('update conversations set last_sequence = $2, last_at = now() where id = $1', [
    conversationId,
    MANY,
  ])
  await fetch(`${bed.server.url}/dev/as/${buyer}/me/v1/conversations/${conversationId}/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: bed.server.url },
    body: JSON.stringify({ sequence: MANY }),
  })
})
afterAll(() => bed?.[Symbol.asyncDispose]())

async function open(): Promise<ChatPage> {
  const chat = new ChatPage(await bed.pageOf(buyer, { locale: 'en' }), 'en')
  await chat.open(conversationId)
  // Until it stands where one begins to read, nobody sees it.
  await chat.page.locator('[data-placed]').waitFor()
  return chat
}

/** The list itself, as it is scrolled. */
const listOf = ({ page, words }: ChatPage) => page.getByRole('region', { name: words.messages.label })

const inPage = (chat: ChatPage): Promise<number[]> =>
  chat.page
    .locator('[data-sequence]')
    .evaluateAll((lines) =>
      (lines as unknown as { dataset: { sequence: string } }[]).map(({ dataset }) =>
        Number(dataset.sequence),
      ),
    )

describe(`a conversation of ${MANY} messages`, () => {
  test('opens at its end, with few of them in the page', async () => {
    const chat = await open()
    await chat.message(`message ${MANY}.`).waitFor()
    const shown = await inPage(chat)
    expect(Math.max(...shown)).toBe(MANY)
    expect(shown.length).toBeLessThan(MOST_IN_PAGE)
  })

  test('is scrolled up as far as one likes, with no more of it in the page, and back to its end', async () => {
    const chat = await open()
    await chat.message(`message ${MANY}.`).waitFor()
    const list = listOf(chat)
    for (let first = MANY; first > MANY - FAR; ) {
      await list.evaluate((box) => {
        ;(box as unknown as { scrollTop: number }).scrollTop = 0
      })
      const before = first
      await expect.poll(async () => Math.min(...(await inPage(chat)))).toBeLessThan(before)
      const shown = (await inPage(chat)).toSorted((one, other) => one - other)
      expect(shown.length).toBeLessThan(MOST_IN_PAGE)
      first = shown[0]!
    }
    await chat.page.getByRole('button', { name: chat.words.messages.toEnd }).click()
    await chat.message(`message ${MANY}.`).waitFor()
  }, 90_000)

  test('what is read further up stays where it is while new messages arrive', async () => {
    const chat = await open()
    await chat.message(`message ${MANY}.`).waitFor()
    const list = listOf(chat)
    await list.evaluate((box) => {
      ;(box as unknown as { scrollTop: number }).scrollTop -= 900
    })
    const button = chat.page.getByRole('button', { name: chat.words.messages.toEnd })
    await button.waitFor()
    const middle = (await inPage(chat)).toSorted((one, other) => one - other)
    const line = chat.page.locator(`[data-sequence="${middle[Math.floor(middle.length / 2)]}"]`)
    const place = await line.boundingBox()
    const other = await new ChatPage(await bed.pageOf(seller, { locale: 'en' }), 'en').open(conversationId)
    await other.says('still there?')
    const news = chat.page.getByRole('button', { name: '1 new message' })
    await news.waitFor()
    expect((await line.boundingBox())?.y).toBe(place?.y)
    await news.click()
    await chat.message('still there?').waitFor()
    await news.waitFor({ state: 'detached' })
  }, 90_000)
})
