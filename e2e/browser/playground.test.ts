import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import type { InPage } from './in-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

const APP = 'hand-made'
const HOSTILE = '<img src=x onerror="document.title=1">‮'

let bed: PagesBed
let app: Server
let hold: Promise<void> | null = null

beforeAll(async () => {
  bed = await pagesBed()
  app = createServer(async (request, answer) => {
    request.resume()
    if (request.url?.endsWith('/actions')) await hold
    answer.setHeader('content-type', 'application/json')
    answer.end(request.url?.endsWith('/actions') ? JSON.stringify({ text_message: `Kept ${HOSTILE}` }) : '{}')
  })
  await new Promise<void>((listening) => app.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  await development('PUT', `/apps/${APP}`, { url })
})
afterAll(async () => {
  app.closeAllConnections()
  app.close()
  await bed[Symbol.asyncDispose]()
})

async function development(method: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${bed.server.url}/dev/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json()
}

const screens = { wide: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const

async function playground(query = '', options: Parameters<PagesBed['pageOf']>[1] = {}): Promise<Page> {
  const page = await bed.pageOf(null, { locale: 'en', screen: screens.wide, ...options })
  page.setDefaultTimeout(8_000)
  await page.goto(`/?app=${APP}${query}`)
  return page
}

const side = (page: Page, name: 'Buyer' | 'Seller') => page.getByRole('region', { name, exact: true })

describe('the story that a new user tries', () => {
  test('a message written by hand reaches both with buttons of their own; a click is timed and answers a toast', async () => {
    const page = await playground('&panel=compose')
    await page.getByLabel('Text').fill(`Two faces ${HOSTILE}`)
    const send = page.getByRole('button', { name: /^Send as/ })
    const give = page.getByRole('button', { name: 'Allow it now' })
    await send.or(give).first().waitFor()
    if (await give.isVisible()) await give.click()
    await send.click()
    await page.getByText(/^Sent, answered in/).waitFor()
    const hello = side(page, 'Buyer').getByRole('button', { name: 'Say hello' }).last()
    await hello.waitFor()
    await side(page, 'Seller').getByRole('button', { name: 'All visits' }).last().waitFor()
    expect(await side(page, 'Seller').getByRole('button', { name: 'Say hello' }).count()).toBe(0)
    expect(await side(page, 'Buyer').getByRole('button', { name: 'All visits' }).count()).toBe(0)

    const { promise, resolve: letGo } = Promise.withResolvers<void>()
    hold = promise
    await hello.click()
    const clock = page.getByRole('list', { name: 'Clicks that wait for the app' }).first()
    await clock.getByText('Waiting for the app of 5 s').waitFor()
    letGo()
    await clock.getByText('answered a toast').waitFor()
    // Beside whom it is for.
    await side(page, 'Buyer').getByText(`Kept ${HOSTILE}`).first().waitFor()
    expect(await side(page, 'Seller').getByText(`Kept ${HOSTILE}`).count()).toBe(0)
    expect(await page.title()).not.toBe('1')

    await page.getByRole('button', { name: 'See its story' }).click()
    expect(new URL(page.url()).searchParams.get('message')).toMatch(/^[0-9a-f-]{36}$/)
    expect(bed.complaints).toEqual([])
  })

  test('pointing at a message marks it on the other side, too', async () => {
    const page = await playground()
    await side(page, 'Buyer').getByRole('textbox').fill('Is it still free?')
    await page.keyboard.press('Enter')
    // At once, while the other side may not have it yet.
    await side(page, 'Buyer').getByText('Is it still free?').last().hover()
    const twin = side(page, 'Seller').locator('[data-twin]')
    await twin.getByText('Is it still free?').waitFor()
    await side(page, 'Buyer').getByRole('textbox').hover()
    await twin.waitFor({ state: 'detached' })
  })
})

describe('the composer', () => {
  test('says every mistake where it is, and JSON and form are one', async () => {
    const page = await playground('&panel=compose')
    await page.getByRole('button', { name: /^Button .*Help/ }).click()
    await page.getByLabel('Address').fill('ftp://x')
    await page.getByText('Only http and https addresses can be opened.').waitFor()
    await page.getByText('JSON', { exact: true }).first().click()
    const json = page.getByRole('textbox', { name: 'JSON', exact: true })
    await expect.poll(() => json.inputValue()).toContain('ftp://x')
    await json.fill('{"message": "From JSON", "extra": 1}')
    await expect.poll(() => page.getByLabel('Text').inputValue()).toBe('From JSON')
    await json.fill('{"message": ')
    await page.getByText(/This is not JSON yet/).waitFor()
    await expect.poll(() => page.getByLabel('Text').inputValue()).toBe('From JSON')
  })

  test('opens a button where it is seen, above the bar with which it is sent', async () => {
    const page = await playground('&panel=compose')
    await page.getByRole('button', { name: /^Button .*Help/ }).click()
    const done = await page.getByRole('button', { name: 'Done', exact: true }).boundingBox()
    const send = await page.getByRole('button', { name: /^Send as/ }).boundingBox()
    expect((done?.y ?? 0) + (done?.height ?? 0)).toBeLessThan(send?.y ?? 0)
    const caption = await page.getByLabel('Caption').boundingBox()
    expect(caption?.y).toBeGreaterThan(0)
  })

  test('moves a button by keyboard alone', async () => {
    const page = await playground('&panel=compose')
    await page.getByRole('button', { name: /^Button .*Help.*, row 1, place 2/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Back within the row' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Button .*Help.*, row 1, place 1/ }).waitFor()
  })

  test('shows what the server refuses, with what helps', async () => {
    const page = await playground('&panel=compose')
    await page.route('**/v2/open-platform/conversations/**', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/json',
        body: JSON.stringify({
          code: 7,
          message: 'the token lacks a scope',
          details: [{ reason: 'SCOPE_MISSING' }, { links: [{ url: '/errors/SCOPE_MISSING' }] }],
        }),
      }),
    )
    await page.getByRole('button', { name: /^Send as/ }).click()
    await page.getByText('the token lacks a scope').waitFor()
    const help = page.getByRole('link', { name: /What this means/ })
    await expect.poll(() => help.getAttribute('href')).toBe('/errors/SCOPE_MISSING')
    bed.complaints.length = 0
  })
})

test('consent is given in one press and taken back, and the composer knows at once', async () => {
  const page = await playground('&panel=compose&drawer=consents')
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('button', { name: 'Allow at once' }).click()
  await drawer.getByText('Access token', { exact: true }).waitFor()
  await expect
    .poll(() => drawer.getByRole('link', { name: 'Open the consent page' }).getAttribute('href'))
    .toMatch(/^\/dev\/as\/kamran\/oauth2\/auth\?response_type=code&client_id=hand-made&/)
  await drawer.getByRole('button', { name: 'Take back' }).first().click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
  await drawer
    .getByText(/allows no app anything/)
    .first()
    .waitFor()
  await drawer.getByRole('button', { name: 'Close' }).click()
  await drawer.waitFor({ state: 'hidden' })
  await page.getByText(/has not allowed this app/).waitFor()
  await expect.poll(() => page.getByRole('button', { name: /^Send as/ }).isDisabled()).toBe(true)
})

test('an app is made on this machine with a name and an address, and its keys are out of sight until asked for', async () => {
  const page = await playground('&drawer=new-app')
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Name in addresses').fill('made-here')
  await drawer.getByRole('button', { name: 'Make the app' }).click()
  await drawer.getByText('Credentials').waitFor()
  expect(new URL(page.url()).searchParams.get('app')).toBe('made-here')
  expect(await drawer.getByText(/^ck_/).count()).toBe(0)
  await drawer.getByRole('button', { name: /^Show .*API key/ }).click()
  await drawer.getByText(/^ck_/).waitFor()
  const key = drawer.getByLabel('Identification key', { exact: true })
  expect(await key.getAttribute('type')).toBe('password')
  await key
    .locator('xpath=..')
    .getByRole('button', { name: /^Show .*Identification key/ })
    .click()
  expect(await key.getAttribute('type')).toBe('text')
})

test('the other pages are offered as whom they are for, the operators’ included', async () => {
  const page = await playground()
  await page.getByRole('button', { name: 'Open elsewhere' }).click()
  const leadsTo = (name: RegExp) => page.getByRole('menuitem', { name }).getAttribute('href')
  expect(await leadsTo(/^Console as /)).toBe('/dev/as/sara/console')
  expect(await leadsTo(/^Operator’s pages as /)).toBe('/dev/as/parisa/operator')
})

test('any buyer begins a conversation, which is then shown', async () => {
  const page = await playground()
  await page.getByRole('button', { name: /Conversation/ }).click()
  await page.getByRole('menuitem', { name: 'New conversation…' }).click()
  await page.getByRole('dialog').getByLabel('Buyer').selectOption('emma')
  await page.getByRole('button', { name: 'Begin' }).click()
  await side(page, 'Buyer').getByText('Emma Clarke').waitFor()
  expect(new URL(page.url()).searchParams.get('conversation')).not.toBe(CONVERSATION)
})

test('while the server is away the page says so, and goes on by itself', async () => {
  const page = await playground()
  await side(page, 'Buyer').waitFor()
  await page.route('**/dev/v1', (route) => route.abort())
  await page.getByText('The server does not answer.').waitFor()
  await page.unroute('**/dev/v1')
  await page.getByText('The server does not answer.').waitFor({ state: 'hidden' })
  bed.complaints.length = 0
})

/** As the browser does it when another tab is chosen, and this one again. */
const look = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  `)

test('in tabs behind it holds no connection, so that others work; what came meanwhile is there when it is looked at', async () => {
  const pages = [await playground()]
  const context = pages[0]!.context()
  while (pages.length < 4) {
    await side(pages.at(-1)!, 'Seller').getByRole('textbox').waitFor()
    await look(pages.at(-1)!, 'hidden')
    const next = await context.newPage()
    next.setDefaultTimeout(15_000)
    await next.goto(`/?app=${APP}`)
    pages.push(next)
  }
  await side(pages.at(-1)!, 'Buyer').getByRole('textbox').fill('Said in the fourth tab')
  await pages.at(-1)!.keyboard.press('Enter')
  await side(pages.at(-1)!, 'Seller').getByText('Said in the fourth tab').last().waitFor()
  await look(pages.at(-1)!, 'hidden')
  const [first] = pages
  expect(await side(first!, 'Seller').getByText('Said in the fourth tab').count()).toBe(0)
  await look(first!, 'visible')
  await side(first!, 'Seller').getByText('Said in the fourth tab').last().waitFor()
}, 90_000)

test('the first steps are ticked off, and once sent away never come back', async () => {
  const page = await playground()
  const steps = page.getByRole('complementary', { name: 'Three steps to begin with' })
  await steps.getByRole('button', { name: 'Do not show these steps again' }).click()
  await page.reload()
  await side(page, 'Buyer').waitFor()
  expect(await steps.count()).toBe(0)
})

describe('nobody is kept out', () => {
  const places = [
    '',
    '&panel=compose',
    '&panel=faults',
    '&drawer=consents',
    '&drawer=app',
    '&drawer=snapshots',
  ]
  const looks = [
    { locale: 'fa', theme: 'light', screen: screens.wide },
    { locale: 'en', theme: 'dark', screen: screens.phone },
  ] as const

  test.each(looks.flatMap((look) => places.map((place) => ({ ...look, place }))))(
    '$locale, $theme, "$place": axe finds nothing, and nothing is wider than the window',
    async ({ place, ...look }) => {
      const view = /panel=(\w+)/.exec(place)?.[1] ?? 'buyer'
      const page = await playground(`${place}&view=${view}`, look)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      if (place.includes('drawer')) await page.getByRole('dialog').waitFor()
      else await page.getByRole('complementary').waitFor()
      await page.locator('[role=status][aria-label]').first().waitFor({ state: 'hidden' })
      expect(await accessibilityFaults(page)).toEqual([])
      const over = await page.evaluate(() => {
        const { document, innerWidth } = globalThis as unknown as InPage
        return document.documentElement.scrollWidth - innerWidth
      })
      expect(over).toBeLessThanOrEqual(0)
    },
  )
})
