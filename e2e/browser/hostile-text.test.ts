import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../packages/server/src/ids.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { attachWords } from '../../packages/web/src/chat/attach/words.ts'
import { ChatPage } from './chat-page.ts'
import type { InPage } from './in-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'

/** Whatever people and apps write stays text, in its own order and its own room. */

const MARKUP = `<img src=x onerror="document.title=1"><script>document.title=2</script><svg onload=alert(3)>`
/** Overrides, unclosed embeddings, and marks that close isolations they have not opened. */
const BIDI = '\u202e\u2066\u202bboss\u2069\u2069\u202c says'
const UNSEEN = 'a\u200bb\u200d\ufeffc\u00add\u2060e'
const UNBROKEN = 'م'.repeat(2048) + 'W'.repeat(2048)
const MIXED = 'iPhone ۱۳ Pro'
const LINKS =
  'https://example.com/a?b=<c> javascript:alert(1) data:text/html,x www.example.org/x vbscript:x file:///etc/passwd //example.net ftp://example.com'

/** So high that every message is in the page at once. */
const ALL_IN_VIEW = 6_000

let bed: PagesBed
let buyer: string
let conversationId: string

beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
  const { db } = bed.server
  const seller = await fixture.addUser(db, { name: `${MARKUP.slice(0, 60)}${BIDI}` })
  const other = await fixture.addUser(db, { name: 'Babak' })
  buyer = other.hostId
  const post = await fixture.addPost(db, seller.id, { title: `${MARKUP}${BIDI}` })
  conversationId = await fixture.addConversation(db, post, seller.id, other.id)
  const app = await fixture.addApp(db, seller.id)
  await db
    .updateTable('apps')
    .set({ display_name: `<b>${BIDI}</b>` })
    .where('id', '=', app.id)
    .execute()
  const captions = [MIXED, `<b>x</b>${BIDI}`, 'W'.repeat(40)]
  const buttons = captions.map((caption) => ({ caption, action: { get_dynamic_action: { data: {} } } }))
  const grid = { rows: [{ buttons: buttons.slice(0, 1) }, { buttons: buttons.slice(1) }] }
  const said: { type?: string; app_id?: string; body: object }[] = [
    { body: { text: MARKUP } },
    { body: { text: BIDI } },
    { body: { text: UNSEEN } },
    { body: { text: UNBROKEN } },
    { body: { text: LINKS } },
    { type: 'CONTACT', body: { contact: { name: `${MARKUP}${BIDI}`, phone: '+989120000000' } } },
    { type: 'FILE', body: { media: { id: newId(), size_bytes: 3, name: `${MARKUP}${BIDI}.pdf` } } },
    { app_id: app.id, body: { text: MIXED, sender_buttons: grid, receiver_buttons: grid } },
  ]
  await db
    .insertInto('messages')
    .values(
      said.map(({ body, ...rest }, at) => ({
        id: newId(),
        conversation_id: conversationId,
        sequence: at + 1,
        sender_id: seller.id,
        app_id: null,
        ...rest,
        body: JSON.stringify(body),
        sent_at: new Date(),
      })),
    )
    .execute()
  await db
    .updateTable('conversations')
    .set({ last_sequence: said.length, last_at: new Date() })
    .where('id', '=', conversationId)
    .execute()
})
afterAll(() => bed?.[Symbol.asyncDispose]())

interface PageOfText {
  document: {
    createRange(): {
      setStart(node: unknown, at: number): void
      setEnd(node: unknown, at: number): void
      getBoundingClientRect(): { left: number }
    }
  }
}

/** Where each character of an element's text begins, from the left. */
const placesOf = (page: Page, text: string, within: string): Promise<number[]> =>
  page
    .locator(within)
    .getByText(text, { exact: true })
    .last()
    .evaluate((element) => {
      const { document } = globalThis as unknown as PageOfText
      const node = (element as unknown as { firstChild: { length: number } }).firstChild
      return Array.from({ length: node.length }, (_, at) => {
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        return range.getBoundingClientRect().left
      })
    })

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as InPage
    const wide = [...document.querySelectorAll('main, section, article, header')]
    return Math.max(
      ...[document.documentElement, ...wide].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    )
  })

describe.each(['fa', 'en'] as const)('what others wrote, in %s', (locale) => {
  test.each([360, 1280])('is text alone and keeps its order and room, %d pixels wide', async (width) => {
    bed.complaints.length = 0
    const page = await bed.pageOf(buyer, { locale, screen: { width, height: ALL_IN_VIEW } })
    let dialogs = 0
    page.on('dialog', (dialog) => {
      dialogs++
      void dialog.dismiss()
    })
    await page.goto('/chat')
    await page.getByRole('navigation').getByRole('link').filter({ hasText: '<img' }).first().waitFor()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    const chat = await new ChatPage(page, locale).open(conversationId)
    await chat.button(MIXED).waitFor()
    const title = await page.title()

    // Latin letters and Persian digits of one name stand as they are written: iPhone, 13, Pro.
    const places = await placesOf(page, MIXED, 'button')
    const [phone, digits, pro] = ['iPhone', '۱۳', 'Pro'].map((word) => places[MIXED.indexOf(word)] ?? 0)
    expect(phone).toBeLessThan(digits!)
    expect(digits).toBeLessThan(pro!)

    for (const words of [MARKUP, UNSEEN, 'م'.repeat(100), 'javascript:']) {
      await chat.message(words).first().waitFor()
    }
    const file = page.getByRole('article').getByRole('link').filter({ hasText: '.pdf' })
    expect(await file.getAttribute('rel')).toContain('noopener')
    // A file of one's own that is refused is named, too.
    await page.getByLabel(attachWords[locale].documents).setInputFiles({
      name: 'tool<img src=x onerror="document.title=4">.exe',
      mimeType: 'application/x-msdownload',
      buffer: Buffer.from('MZ'),
    })
    await page.getByText('tool<img src=x').first().waitFor()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    const links = chat.message('javascript:').getByRole('link')
    const found = await links.evaluateAll((all) =>
      (all as unknown as { href: string; rel: string; target: string }[]).map(({ href, rel, target }) => ({
        href,
        rel,
        target,
      })),
    )
    expect(found.map(({ href }) => href)).toEqual(['https://example.com/a?b=', 'https://www.example.org/x'])
    for (const link of found) {
      expect(link.rel).toContain('noopener')
      expect(link.target).toBe('_blank')
    }
    expect(await page.locator('main script, main b, main img[src="x"], [onload], [onerror]').count()).toBe(0)
    expect(await page.title()).toBe(title)
    expect(dialogs).toBe(0)
    expect(bed.complaints).toEqual([])
  })
})
