import type { Locator } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WORDS } from '../../packages/server/src/demo-bot/bot-words.ts'
import { ChatPage } from './chat-page.ts'
import type { InPage, InPageElement } from './in-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** Presses of buttons in a list that moves by itself. */

let bed: PagesBed
beforeEach(async () => {
  bed = await pagesBed({ deps: { demoBot: true } })
})
afterEach(() => bed?.[Symbol.asyncDispose]())

const words = WORDS.en

/** The buyer's chat on a phone, at its end: the bot's offer, and more than fits above it. */
async function openOffer(): Promise<{ chat: ChatPage; time: Locator }> {
  const page = await bed.pageOf('negar', { locale: 'en', screen: 'phone' })
  const chat = await new ChatPage(page, 'en').open(CONVERSATION)
  await chat.says('When can I see the flat?')
  const time = chat.message(words.offer.slice(0, 20)).getByRole('button').first()
  await time.waitFor()
  await expect.poll(() => distanceFromEnd(chat)).toBeLessThan(2)
  return { chat, time }
}

const list = ({ page, words }: ChatPage): Locator => page.getByRole('region', { name: words.messages.label })

const distanceFromEnd = (chat: ChatPage): Promise<number> =>
  list(chat).evaluate((node) => {
    const box = node as unknown as InPageElement
    return box.scrollHeight - box.scrollTop - box.clientHeight
  })

async function centerOf(place: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await place.boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}

test('a button takes a press also while the list scrolls', async () => {
  const { chat, time } = await openOffer()
  // It may still be coming to rest from going to its end.
  await chat.page.waitForTimeout(400)
  const takesPress = await time.evaluate(async (node) => {
    const button = node as unknown as InPageElement
    const { document, requestAnimationFrame } = globalThis as unknown as InPage
    const box = document.querySelector('[data-placed]')!
    const taken: boolean[] = []
    for (let frame = 0; frame < 20; frame++) {
      if (frame < 10) box.scrollTop -= 2
      await new Promise<void>(requestAnimationFrame)
      const { x, y, width, height } = button.getBoundingClientRect()
      taken.push(button.contains(document.elementFromPoint(x + width / 2, y + height / 2)))
    }
    return taken
  })
  expect(new Set(takesPress)).toEqual(new Set([true]))
})

test('a message that arrives during a press does not take the button away; then the list goes to its end', async () => {
  const { chat, time } = await openOffer()
  const caption = (await time.innerText()).trim()
  const { x, y } = await centerOf(time)
  await chat.page.mouse.move(x, y)
  await chat.page.mouse.down()
  const path = `/dev/as/kamran/me/v1/conversations/${CONVERSATION}/messages`
  const sent = await fetch(bed.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: bed.server.url },
    body: JSON.stringify({ text: 'Come when you like.\nI am here.' }),
  })
  expect(sent.status).toBe(200)
  await chat.message('Come when you like.').waitFor({ state: 'attached', timeout: 10_000 })
  await chat.page.evaluate('new Promise(requestAnimationFrame)')
  await chat.page.mouse.up()
  await chat.page.getByText(words.set(caption)).first().waitFor({ timeout: 10_000 })
  await expect.poll(() => distanceFromEnd(chat)).toBeLessThan(2)
})
