import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appsMenuWords } from '../../packages/web/src/chat/apps-menu/words.ts'
import { attachWords } from '../../packages/web/src/chat/attach/words.ts'
import { blockWords } from '../../packages/web/src/chat/blocks/words.ts'
import { ChatPage, type Locale } from './chat-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** The chat without a mouse: everything is reached by Tab and the arrows, and left by Escape. */

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed({ deps: { demoBot: true } })
})
afterAll(() => bed?.[Symbol.asyncDispose]())
beforeEach(() => {
  bed.complaints.length = 0
})

/** What the keyboard is at, as it is called; with what shows that it is. */
interface Focused {
  name: string
  role: string
  isVisible: boolean
  isMarked: boolean
}

interface PageOfKeys {
  document: { activeElement: ElementOfKeys | null; body: ElementOfKeys }
  getComputedStyle(of: ElementOfKeys): { outlineStyle: string; outlineWidth: string; backgroundColor: string }
  innerHeight: number
}
interface ElementOfKeys {
  tagName: string
  textContent: string | null
  getAttribute(name: string): string | null
  matches(selector: string): boolean
  getBoundingClientRect(): { width: number; height: number; top: number; bottom: number }
}

const focused = (page: Page): Promise<Focused> =>
  page.evaluate(() => {
    const { document, getComputedStyle, innerHeight } = globalThis as unknown as PageOfKeys
    const at = document.activeElement ?? document.body
    const { width, height, top, bottom } = at.getBoundingClientRect()
    const style = getComputedStyle(at)
    const isOutlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1
    return {
      name: at.getAttribute('aria-label') ?? at.textContent?.trim() ?? '',
      role: at.getAttribute('role') ?? at.tagName.toLowerCase(),
      isVisible: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
      // Items of menus are marked by their ground.
      isMarked: isOutlined || at.matches('[data-highlighted]'),
    }
  })

const MOST_STOPS = 60

/** Presses Tab until that is reached; everything on the way must be seen, and be seen to have the focus. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press(key)
    const at = await focused(page)
    if (at.role === 'body' || at.role === 'html') continue
    expect(at, `after ${passed.join(' | ')}`).toMatchObject({ isVisible: true, isMarked: true })
    if (typeof name === 'string' ? at.name === name : name.test(at.name)) return
    passed.push(at.name)
  }
  throw new Error(`${name} is not reached by ${key}; on the way were: ${passed.join(' | ')}`)
}

/** Opens what the focused button opens, and comes back by Escape. */
async function opensAndComesBack(page: Page, role: 'menu' | 'dialog' | 'alertdialog'): Promise<void> {
  const before = await focused(page)
  await page.keyboard.press('Enter')
  await page.getByRole(role).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole(role).waitFor({ state: 'detached' })
  await expect.poll(async () => (await focused(page)).name).toBe(before.name)
}

describe.each(['fa', 'en'] as const)('by keyboard alone, in %s', (locale: Locale) => {
  const attach = attachWords[locale]
  const block = blockWords[locale]

  test('one goes from the list into a conversation, writes, sends, and presses an app’s button', async () => {
    const page = await bed.pageOf('negar', { locale })
    const chat = new ChatPage(page, locale)
    await page.goto('/chat')
    await chat.inList('کامران').first().waitFor()
    await tabTo(page, /کامران/)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/chat/${CONVERSATION}`)
    await chat.composer.waitFor()
    await tabTo(page, chat.words.composer.label)
    const hello = locale === 'fa' ? 'سلام، کی می‌شود دید؟' : 'Hello, when can I see it?'
    await page.keyboard.type(hello)
    await page.keyboard.press('Enter')
    await chat.message(hello).waitFor()
    const button = page.getByRole('article').last().getByRole('button').first()
    await button.waitFor()
    expect((await focused(page)).name).toBe(chat.words.composer.label)
    // The app's buttons are just above where one writes.
    const caption = (await page.getByRole('article').last().getByRole('button').last().innerText()).trim()
    await tabTo(page, caption, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page
      .getByText(locale === 'fa' ? /بازدید شما ثبت شد/ : /Your visit is set/)
      .first()
      .waitFor()
    expect(bed.complaints).toEqual([])
  })

  test('menus and dialogs open, and Escape leads back to where one was', async () => {
    const page = await bed.pageOf('kamran', { locale })
    const chat = await new ChatPage(page, locale).open(CONVERSATION)
    await page.getByRole('article').first().waitFor()
    await tabTo(page, appsMenuWords[locale].open)
    await opensAndComesBack(page, 'menu')
    await tabTo(page, block.menu)
    await opensAndComesBack(page, 'menu')
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor()
    await expect.poll(async () => (await focused(page)).name).toBe(block.block)
    await expect.poll(() => focused(page)).toMatchObject({ isVisible: true, isMarked: true })
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await expect.poll(async () => (await focused(page)).name).toBe(block.menu)
    await tabTo(page, attach.attach)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: attach.location }).waitFor()
    for (const item of [attach.pictures, attach.documents, attach.location]) {
      await expect.poll(async () => (await focused(page)).name).toBe(item)
      if (item !== attach.location) await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: attach.place.title })
    await dialog.waitFor()
    await tabTo(page, attach.place.send)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(async () => (await focused(page)).name).toBe(attach.attach)
    // Nothing of all this was left for the list; one more Escape does that.
    expect(new URL(page.url()).pathname).toBe(`/chat/${CONVERSATION}`)
    await tabTo(page, chat.words.composer.label)
    // Nor does the one leave that ends what an input method has begun.
    const keys = await page.context().newCDPSession(page)
    await keys.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 })
    await page.keyboard.press('Escape')
    await keys.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 })
    expect(new URL(page.url()).pathname).toBe(`/chat/${CONVERSATION}`)
    await page.keyboard.press('Escape')
    await page.waitForURL('**/chat')
    await expect.poll(async () => (await focused(page)).name).toMatch(/نگار/)
    expect(bed.complaints).toEqual([])
  })
})
