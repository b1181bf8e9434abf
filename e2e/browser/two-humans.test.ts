import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { attachWords } from '../../packages/web/src/chat/attach/words.ts'
import { shellWords } from '../../packages/web/src/shell/words.ts'
import { ChatPage } from './chat-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed()
})
afterAll(() => bed?.[Symbol.asyncDispose]())

/** Two people who have never talked, about a post of the seller's. */
async function twoPeople() {
  const { db } = bed.server
  const seller = await fixture.addUser(db, { name: 'Sima' })
  const buyer = await fixture.addUser(db, { name: 'Babak' })
  const post = await fixture.addPost(db, seller.id, { title: 'A blue bicycle' })
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const open = async (hostId: string): Promise<ChatPage> =>
    new ChatPage(await bed.pageOf(hostId, { locale: 'en' }), 'en').open(conversationId)
  return { seller, buyer, conversationId, open }
}

describe('two people who have the conversation open', () => {
  test('see each other’s words at once, once, in one order, and whether they were read', async () => {
    const { seller, buyer, open } = await twoPeople()
    const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
    await babak.says('Is it still free?')
    await sima.message('Is it still free?').waitFor()
    await babak.message('Is it still free?').getByText(babak.words.state.read).last().waitFor()
    await sima.says('It is. When would you come?')
    await babak.message('It is. When would you come?').waitFor()
    for (const chat of [sima, babak]) {
      await expect
        .poll(() => chat.texts())
        .toEqual([
          expect.stringContaining('Is it still free?'),
          expect.stringContaining('It is. When would you come?'),
        ])
    }
  })

  test('many at once from both sides stand in one order on both screens', async () => {
    const { seller, buyer, open } = await twoPeople()
    const chats = [await open(seller.hostId), await open(buyer.hostId)] as const
    await Promise.all(
      chats.map(async (chat, side) => {
        for (let i = 0; i < 6; i++) await chat.says(`word ${side}${i}.`)
      }),
    )
    const words = async (chat: ChatPage): Promise<string[]> =>
      (await chat.texts()).flatMap((text) => text.match(/word \d\d\./g) ?? [])
    await expect
      .poll(() => Promise.all(chats.map(words).map(async (all) => (await all).length)))
      .toEqual([12, 12])
    await expect.poll(() => words(chats[0])).toEqual(await words(chats[1]))
    const own = (await words(chats[0])).filter((word) => word.startsWith('word 0'))
    expect(own).toEqual(own.toSorted())
  })
})

test('who looks at the list sees the last words and how many are new, and none once they have read them', async () => {
  const { seller, buyer, conversationId, open } = await twoPeople()
  const sima = await bed.pageOf(seller.hostId, { locale: 'en' })
  await sima.goto('/chat')
  const babak = await open(buyer.hostId)
  await babak.says('One')
  await babak.says('Two')
  const line = new ChatPage(sima, 'en').inList('Babak')
  await line.getByText('2 new messages').waitFor({ state: 'attached' })
  await line.getByText('Two').waitFor()
  await line.click()
  await new ChatPage(sima, 'en').message('Two').waitFor()
  expect(new URL(sima.url()).pathname).toBe(`/chat/${conversationId}`)
  await line.getByText('2 new messages').waitFor({ state: 'detached' })
  await babak.message('Two').getByText(babak.words.state.read).last().waitFor()
})

describe('a person whose network is away', () => {
  test('writes on; it is sent once when the network is back, and nothing that was said meanwhile is missing', async () => {
    const { seller, buyer, open } = await twoPeople()
    const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
    await babak.says('before')
    await sima.message('before').waitFor()
    await babak.page.context().setOffline(true)
    await babak.says('written in a tunnel')
    await babak.message('written in a tunnel').getByText(babak.words.state.waiting).last().waitFor()
    await sima.says('said meanwhile')
    await babak.page.context().setOffline(false)
    await babak.message('said meanwhile').waitFor()
    await sima.message('written in a tunnel').waitFor()
    await babak.message('written in a tunnel').getByText(babak.words.state.read).last().waitFor()
    for (const chat of [sima, babak]) {
      await expect.poll(async () => (await chat.texts()).length).toBe(3)
    }
  })

  test('finds what was not sent yet after loading the page again, and it is sent', async () => {
    const { seller, buyer, open } = await twoPeople()
    const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
    // The page can be loaded, and what it sends does not arrive.
    await babak.page.route('**/me/v1/conversations/*/messages', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await babak.says('kept over a reload')
    await babak.message('kept over a reload').waitFor()
    await babak.page.reload()
    await babak.message('kept over a reload').waitFor()
    await babak.page.unroute('**/me/v1/conversations/*/messages')
    await babak.page.reload()
    await sima.message('kept over a reload').waitFor()
    await expect.poll(async () => (await babak.texts()).length).toBe(1)
  })

  test('an answer that was lost on its way doubles nothing', async () => {
    const { seller, buyer, open } = await twoPeople()
    const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
    let lost = 0
    await babak.page.route('**/me/v1/conversations/*/messages', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return route.continue()
      lost++
      await route.fetch()
      await route.abort('connectionreset')
    })
    await babak.says('sent, and nobody told me')
    await sima.message('sent, and nobody told me').waitFor()
    await babak.message('sent, and nobody told me').getByText(babak.words.state.read).last().waitFor()
    await babak.says('and the next')
    await sima.message('and the next').waitFor()
    for (const chat of [sima, babak]) {
      await expect.poll(async () => (await chat.texts()).length).toBe(2)
    }
  })
})

test('a message that is refused says why, and can be sent again or thrown away', async () => {
  const { seller, buyer, open } = await twoPeople()
  const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
  let refusing = true
  await babak.page.route('**/me/v1/conversations/*/messages', (route) =>
    route.request().method() === 'POST' && refusing
      ? route.fulfill({
          status: 412,
          json: { code: 9, message: 'no', details: [{ reason: 'RECIPIENT_RESTRICTED' }] },
        })
      : route.continue(),
  )
  await babak.says('first')
  await babak.page.getByText(babak.words.failed.restricted).waitFor()
  refusing = false
  await babak.page.getByRole('button', { name: babak.words.failed.retry }).click()
  await sima.message('first').waitFor()
  refusing = true
  await babak.says('second')
  await babak.page.getByRole('button', { name: babak.words.failed.discard }).click()
  await babak.message('second').waitFor({ state: 'detached' })
  // The button is gone; the keyboard stays in the conversation.
  await babak.page.locator('section:focus').waitFor()
  expect(await sima.message('second').count()).toBe(0)
})

test('a page that was open before somebody else logged in does not write in their name', async () => {
  const { seller, buyer, open } = await twoPeople()
  const [sima, babak] = [await open(seller.hostId), await open(buyer.hostId)]
  await sima.page.context().request.post('/dev/login', { form: { user: buyer.hostId }, maxRedirects: 0 })
  await sima.says('in whose name?')
  await sima.page.getByRole('alertdialog', { name: shellWords.en.sessionEnded.title }).waitFor()
  await babak.says('only mine')
  await babak.message('only mine').getByText(babak.words.state.sent).last().waitFor()
  await expect.poll(() => babak.texts()).toEqual([expect.stringContaining('only mine')])
})

test('a page of an older version loads anew where a part of it is gone, and what was typed stays', async () => {
  const { buyer, open } = await twoPeople()
  const chat = await open(buyer.hostId)
  const { page } = chat
  await chat.composer.fill('half a thought')
  // As after a deploy: the document knows of other files than this page does.
  let isOld = true
  await page.route('**/assets/*.js', (route) => (isOld ? route.fulfill({ status: 404 }) : route.continue()))
  page.on('request', (request) => {
    if (request.isNavigationRequest()) isOld = false
  })
  const words = attachWords.en
  const choose = async (): Promise<void> => {
    await page.getByRole('button', { name: words.attach }).click()
    await page.getByRole('menuitem', { name: words.location }).click()
  }
  await choose()
  await expect.poll(() => isOld).toBe(false)
  await expect.poll(() => chat.composer.inputValue()).toBe('half a thought')
  await choose()
  await page.getByRole('dialog', { name: words.place.title }).waitFor()
})
