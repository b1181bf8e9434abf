import type { Locator } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { WORDS } from '../../packages/server/src/demo-bot/bot-words.ts'
import { ChatPage } from './chat-page.ts'
import type { InPage, InPageElement } from './in-page.ts'
import type { ContextOptions } from './open-browser.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** Presses of buttons in a list that moves by itself. */

const words = WORDS.en

/** One line of it is enough to press in. */
const beginning = (text: string): string => text.slice(0, 20)

interface Offer {
  chat: ChatPage
  bed: PagesBed
  /** The bot's button. */
  time: Locator
}

/** The buyer's chat at its end: the bot's offer. On a phone there is more above it than fits. */
async function openOffer(screen: NonNullable<ContextOptions['screen']>): Promise<Offer> {
  const bed = await pagesBed({ deps: { demoBot: true } })
  onTestFinished(() => bed[Symbol.asyncDispose]())
  const page = await bed.pageOf('negar', { locale: 'en', screen })
  const chat = await new ChatPage(page, 'en').open(CONVERSATION)
  await chat.message(beginning(WORDS.fa.offer)).waitFor()
  await chat.says('When can I see the flat?')
  const time = chat.message(beginning(words.offer)).getByRole('button').first()
  await time.waitFor()
  await expect.poll(async () => (await room(chat)).below).toBeLessThan(2)
  // The list comes to rest a moment after it went to its end.
  await page.waitForTimeout(400)
  return { chat, bed, time }
}

const list = ({ page, words }: ChatPage): Locator => page.getByRole('region', { name: words.messages.label })

/** In pixels, how much of the list lies outside what is in view, and how much of that further down. */
const room = (chat: ChatPage): Promise<{ outside: number; below: number }> =>
  list(chat).evaluate((node) => {
    const box = node as unknown as InPageElement
    const outside = box.scrollHeight - box.clientHeight
    return { outside, below: outside - box.scrollTop }
  })

async function centerOf(place: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await place.boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}

test('a button takes a press also while the list scrolls', async () => {
  const { chat, time } = await openOffer('phone')
  expect((await room(chat)).outside).toBeGreaterThan(40)
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

/** The first with more messages than fit, the second with fewer. */
test.each(['phone', { width: 360, height: 1_400 }] as const)(
  'a message that arrives during a press does not take the button away; then the list goes to its end: %o',
  async (screen) => {
    const { chat, bed, time } = await openOffer(screen)
    expect((await room(chat)).outside > 40).toBe(screen === 'phone')
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
    expect((await centerOf(time)).y).toBeCloseTo(y, 0)
    await chat.page.mouse.up()
    await chat.page.getByText(words.set(caption)).first().waitFor({ timeout: 10_000 })
    await expect.poll(async () => (await room(chat)).below).toBeLessThan(2)
    await expect.poll(async () => (await centerOf(time)).y).toBeLessThan(y)
  },
)

test('whoever turns the wheel during a press scrolls', async () => {
  const { chat, time } = await openOffer({ width: 360, height: 740 })
  const { x, y } = await centerOf(time)
  await chat.page.mouse.move(x, y)
  await chat.page.mouse.down()
  await chat.page.mouse.wheel(0, -80)
  await expect.poll(async () => (await room(chat)).below).toBeGreaterThan(60)
  await chat.page.mouse.up()
})
