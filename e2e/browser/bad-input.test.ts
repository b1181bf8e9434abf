import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../examples/visit-planner/demo/free-port.ts'
import { type Marketplace, startMarketplace } from '../../examples/visit-planner/demo/marketplace-process.ts'
import { hashSecret } from '../../packages/server/src/ids.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { pngImage } from '../../packages/server/testing/sample-files.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { attachWords } from '../../packages/web/src/chat/attach/words.ts'
import { sideWords } from '../../packages/web/src/chat/side-page/side-words.ts'
import { chatWords } from '../../packages/web/src/chat/words.ts'
import { isolate } from '../../packages/web/src/i18n/use-words.ts'
import { shellWords } from '../../packages/web/src/shell/words.ts'
import { ChatPage } from './chat-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** What people meet when something is not as it should be: words of their own language, and a way on. */

const MB = 1_048_576

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
})
afterAll(() => bed?.[Symbol.asyncDispose]())
beforeEach(() => {
  bed.complaints.length = 0
})

/** What the browser tells of answers that are refusals is expected here; nothing else is. */
const faults = (): string[] => bed.complaints.filter((text) => !/status of (401|404|410)/.test(text))

async function twoPeople() {
  const { db } = bed.server
  const seller = await fixture.addUser(db, { name: 'Sima' })
  const buyer = await fixture.addUser(db, { name: 'Babak' })
  const post = await fixture.addPost(db, seller.id, { title: 'A blue bicycle' })
  return { seller, buyer, conversationId: await fixture.addConversation(db, post, seller.id, buyer.id) }
}

async function loginLink(user: string): Promise<string> {
  const answer = await fetch(`${bed.server.url}/host/v1/login-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bed.server.hostKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user, return_to: '/chat' }),
  })
  return new URL(((await answer.json()) as { url: string }).url).pathname
}

/** As logging out in another browser does: this one keeps a cookie that is worth nothing any more. */
async function endSession(page: Page): Promise<void> {
  const cookies = await page.context().cookies()
  const { value } = cookies.find(({ name }) => name === 'charsu_session')!
  const answer = await fetch(`${bed.server.url}/logout`, {
    method: 'POST',
    headers: { cookie: `charsu_session=${value}` },
  })
  expect(answer.status).toBe(200)
}

/** What is said of that file: names stand isolated in their sentence. */
const about = (sentence: string, name: string): string => sentence.replace('{{name}}', isolate(name))

const LINKS = {
  fa: { used: 'فقط یک بار کار می‌کند', expired: 'بیش از پنج دقیقه', again: 'ورود دوباره' },
  en: { used: 'a link works once', expired: 'older than five minutes', again: 'Log in again' },
} as const

describe.each(['fa', 'en'] as const)('in %s', (locale) => {
  const shell = shellWords[locale]
  const words = chatWords[locale]

  test.each(['used', 'expired'] as const)('a login link that is %s says so, and leads on', async (why) => {
    const { buyer } = await twoPeople()
    const path = await loginLink(buyer.hostId)
    if (why === 'used') await fetch(bed.server.url + path, { redirect: 'manual' })
    else {
      await bed.server.database.pool.query(
        `update login_links set expires_at = expires_at - interval '1 hour' where hash = $1`,
        [hashSecret(path.split('/').at(-1) ?? '')],
      )
    }
    const page = await bed.pageOf(null, { locale })
    expect((await page.goto(path))?.status()).toBe(410)
    await page.getByText(LINKS[locale][why]).waitFor()
    await page.getByRole('link', { name: LINKS[locale].again }).click()
    expect(page.url()).toContain('/dev/login?return_to=%2Fchat')
    expect(faults()).toEqual([])
  })

  test('a session ended elsewhere is spoken of at once; what was typed stays', async () => {
    const { buyer, conversationId } = await twoPeople()
    const page = await bed.pageOf(buyer.hostId, { locale })
    const chat = await new ChatPage(page, locale).open(conversationId)
    await chat.composer.fill('half a thought')
    await endSession(page)
    const dialog = page.getByRole('alertdialog', { name: shell.sessionEnded.title })
    await dialog.getByText(shell.sessionEnded.text).waitFor()
    // What is typed from now on goes nowhere.
    await dialog.locator('a:focus').waitFor()
    await expect
      .poll(() => page.getByLabel(words.composer.label, { exact: true }).inputValue())
      .toBe('half a thought')
    await dialog.getByRole('link', { name: shell.sessionEnded.logIn }).click()
    await page.waitForURL('**/dev/login?**')
    await page.locator(`button[value="${buyer.hostId}"]`).click()
    // Back where one was, with all words.
    await page.waitForURL(`**/chat/${conversationId}`)
    await chat.composer.waitFor()
    await expect.poll(() => chat.composer.inputValue()).toBe('half a thought')
    expect(faults()).toEqual([])
  })

  test('whoever logs out takes along what they typed and did not send', async () => {
    const { buyer, conversationId } = await twoPeople()
    const page = await bed.pageOf(buyer.hostId, { locale })
    const chat = await new ChatPage(page, locale).open(conversationId)
    await chat.composer.fill('half a thought')
    await page.getByRole('button', { name: shell.settings }).click()
    await page.getByRole('menuitem', { name: shell.logOut }).click()
    await page.waitForURL('**/dev/login?**')
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('half a thought')
    expect(faults()).toEqual([])
  })

  test('a part of the page that the server was away for is spoken of, and comes by itself', async () => {
    const { buyer } = await twoPeople()
    const page = await bed.pageOf(buyer.hostId, { locale })
    await page.goto('/chat')
    await new ChatPage(page, locale).inList('Sima').waitFor()
    await page.route('**/*', (route) => route.abort())
    await page.locator('a[href="/notices"]').click()
    await page.getByRole('heading', { name: shell.away.title }).waitFor()
    await page.unroute('**/*')
    await page.getByRole('heading', { name: sideWords[locale].notices }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/notices')
  })

  test.each([
    ['of others', (others: string) => others],
    ['that is none', () => '01900000-0000-7000-8000-00000000ffff'],
    ['whose address is broken', () => 'no-id'],
  ])('a conversation %s is not shown, and leads to one’s own', async (_, pathOf) => {
    const { buyer } = await twoPeople()
    const others = await twoPeople()
    const page = await bed.pageOf(buyer.hostId, { locale, screen: 'phone' })
    await page.goto(`/chat/${pathOf(others.conversationId)}`)
    await page.getByText(words.gone.title).waitFor()
    await page.getByText(words.gone.text).waitFor()
    await page.getByRole('link', { name: words.gone.back }).click()
    await new ChatPage(page, locale).inList('Sima').waitFor()
    await expect.poll(() => page.getByText('A blue bicycle').count()).toBe(1)
    expect(faults()).toEqual([])
  })

  test('a page that is none says so, and leads to the start', async () => {
    const page = await bed.pageOf('negar', { locale })
    expect((await page.goto('/chat/x/y'))?.status()).toBe(404)
    await page.getByRole('heading', { name: shell.notFound.title }).waitFor()
    await page.getByRole('link').first().click()
    await page.waitForURL('**/chat')
    await page.goto('/chat')
    await page.evaluate(
      `history.pushState({}, '', '/console/nowhere'); dispatchEvent(new PopStateEvent('popstate'))`,
    )
    await page.getByRole('heading', { name: shell.notFound.title }).waitFor()
    await page.getByRole('link', { name: shell.notFound.back }).click()
    await page.waitForURL(`${bed.server.url}/`)
    expect(faults()).toEqual([])
  })

  test('files that cannot be sent are refused in words, each with its name, and nothing of them is sent', async () => {
    const { buyer, conversationId } = await twoPeople()
    const page = await bed.pageOf(buyer.hostId, { locale })
    const uploads: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('upload')) uploads.push(request.url())
    })
    const chat = await new ChatPage(page, locale).open(conversationId)
    const attach = attachWords[locale]
    const choose = async (name: string, mimeType: string, buffer: Buffer): Promise<void> => {
      await page.getByLabel(attach.documents).setInputFiles({ name, mimeType, buffer })
    }
    await choose('large.pdf', 'application/pdf', Buffer.alloc(5 * MB + 1, '%PDF'))
    await page
      .getByText(/large\.pdf/)
      .first()
      .waitFor()
    await choose('tool.exe', 'application/x-msdownload', Buffer.from('MZ'))
    await page.getByText(about(attach.wrongType, 'tool.exe')).first().waitFor()
    await choose('empty.pdf', 'application/pdf', Buffer.alloc(0))
    await page.getByText(about(attach.empty, 'empty.pdf')).first().waitFor()
    expect(uploads).toEqual([])
    expect(await chat.texts()).toEqual([])
    // What only the server can tell: a program that calls itself a document.
    await choose('invoice.pdf', 'application/pdf', Buffer.from('MZ no document at all'))
    await page.getByText(attach.refused.MEDIA_TYPE_WRONG).waitFor()
    await page.getByRole('button', { name: words.failed.discard }).click()
    await expect.poll(() => chat.texts()).toEqual([])
    const { rowCount } = await bed.server.database.pool.query(
      'select from messages where conversation_id = $1',
      [conversationId],
    )
    expect(rowCount).toBe(0)
    // The next one that is as it should be goes through.
    await page.getByLabel(attach.pictures).setInputFiles({
      name: 'flat.png',
      mimeType: 'image/png',
      buffer: await pngImage(),
    })
    await page.getByRole('article').getByText(words.state.sent).waitFor({ state: 'attached' })
    await expect.poll(() => chat.texts()).toHaveLength(1)
    // Looked at and closed, the picture is where the keyboard is again.
    await page.getByRole('article').getByRole('button').first().click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('article').locator('button:focus').waitFor()
  })
})

test('a server that is killed is spoken of; it comes back, and with it every word, once', async () => {
  await using database = await createTestDatabase({ empty: true, max: 2 })
  const place = { database: { databaseUrl: database.url }, port: await freePort() }
  const killed = await startMarketplace(place)
  await using context = await bed.browser.context({ url: killed.url, locale: 'fa' })
  const next = Promise.withResolvers<Marketplace>()
  try {
    await fetch(`${killed.url}/dev/v1/demo-bot`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled: false }),
    })
    await context.request.post('/dev/login', { form: { user: 'negar' }, maxRedirects: 0 })
    const chat = await new ChatPage(await context.newPage(), 'fa').open(CONVERSATION)
    await chat.says('پیش از رفتن')
    await chat.message('پیش از رفتن').getByText(chat.words.state.sent).last().waitFor({ state: 'attached' })
    await killed.kill()
    for (const word of ['یکم', 'دوم', 'سوم']) await chat.says(word)
    await chat.page.getByText(chat.words.link.waiting).first().waitFor()
    await chat.message('سوم').getByText(chat.words.state.waiting).last().waitFor({ state: 'attached' })
    next.resolve(await startMarketplace({ ...place, hostKey: killed.hostKey }))
    await chat
      .message('سوم')
      .getByText(chat.words.state.sent)
      .last()
      .waitFor({ state: 'attached', timeout: 60_000 })
    await chat.page.getByText(chat.words.link.waiting).first().waitFor({ state: 'detached' })
    const said = ['پیش از رفتن', 'یکم', 'دوم', 'سوم']
    const known = async (): Promise<string[]> =>
      (await chat.texts()).flatMap((text) => said.filter((word) => text.includes(word)))
    expect(await known()).toEqual(said)
    // And so it is for who comes anew.
    await chat.page.reload()
    await expect.poll(known).toEqual(said)
  } finally {
    await killed.kill()
    next.resolve(killed)
    await (await next.promise).stop()
  }
}, 120_000)
