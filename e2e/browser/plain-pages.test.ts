import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import type { InPage } from './in-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** The pages that the server renders itself, without script, as people meet them. */

const BACK = 'http://localhost:9/callback'
const HOSTILE = '<img src=x onerror=alert(1)>\u202eبلندبلندبلند'
const SCOPES = [
  'CHAT_POST_CONVERSATIONS_READ.demo_flat',
  `CONVERSATION_SEND_MESSAGE.${CONVERSATION}`,
  'USER_PHONE',
  'offline_access',
]

let bed: PagesBed

async function putApp(slug: string, display_name: string): Promise<void> {
  const answer = await fetch(`${bed.server.url}/dev/v1/apps/${slug}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ display_name, redirect_uris: [BACK] }),
  })
  expect(answer.status).toBe(200)
}

beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
  await putApp('visits', 'بازدید آسان')
  await putApp('hostile', HOSTILE)
})
beforeEach(() => {
  bed.complaints.length = 0
})
afterAll(() => bed?.[Symbol.asyncDispose]())

const question = (slug: string): string =>
  `/oauth2/auth?${new URLSearchParams({ response_type: 'code', client_id: slug, redirect_uri: BACK, state: 'of-mine', scope: SCOPES.join(' ') })}`

const sidewaysOverflow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as InPage
    return document.documentElement.scrollWidth - document.documentElement.clientWidth
  })

describe.each(['fa', 'en'] as const)('in %s', (locale) => {
  describe.each(['light', 'dark'] as const)('%s', (theme) => {
    test.each([
      ['the question', question('visits')],
      ['whom to be', '/dev/login'],
      ['a login link that nobody knows', '/login/cl_nothing'],
      ['a request of an app that is none', '/oauth2/auth?client_id=nobody'],
      ['the way back from an app', '/completion'],
      ['an error of the catalogue', '/errors/SCOPE_MISSING'],
      ['all errors', '/errors'],
    ])('%s is for everybody, on a phone too', async (_, path) => {
      const page = await bed.pageOf('kamran', { locale, theme, screen: 'phone' })
      await page.goto(path)
      const root = page.locator('html')
      await expect.poll(() => root.getAttribute('dir')).toBe(locale === 'fa' ? 'rtl' : 'ltr')
      await expect.poll(() => root.getAttribute('data-theme')).toBe(theme)
      expect(await sidewaysOverflow(page)).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await expect.poll(() => page.locator('main a, main button').count()).toBeGreaterThan(0)
      // A page that refuses is an error to the browser, and nothing else may be.
      expect(bed.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([])
    })
  })
})

describe('the question', () => {
  test('names who asks, for what and for whom, and is answered by keyboard alone', async () => {
    const page = await bed.pageOf('kamran', { locale: 'en', screen: 'phone' })
    await page.goto(question('visits'))
    const text = await page.locator('main').innerText()
    for (const part of ['بازدید آسان', 'کامران احمدی', 'نگار رضایی', 'آپارتمان ۸۵ متری', 'localhost:9']) {
      expect(text).toContain(part)
    }
    const back = page.waitForRequest((request) => request.url().startsWith(BACK))
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator('button[value=allow]:focus').count()).toBe(1)
    await page.keyboard.press('Enter')
    const answer = new URL((await back).url()).searchParams
    expect([answer.get('state'), answer.get('code')?.slice(0, 3)]).toEqual(['of-mine', 'cc_'])
  })

  test('no leads back with a refusal', async () => {
    const page = await bed.pageOf('kamran', { locale: 'fa' })
    await page.goto(question('visits'))
    const back = page.waitForRequest((request) => request.url().startsWith(BACK))
    await page.getByRole('button', { name: 'اجازه نمی‌دهم' }).click()
    expect(new URL((await back).url()).searchParams.get('error')).toBe('access_denied')
  })

  test('who is not logged in logs in on the way, and is asked then', async () => {
    const page = await bed.pageOf(null, { locale: 'fa' })
    await page.goto(question('visits'))
    expect(new URL(page.url()).pathname).toBe('/dev/login')
    await page.getByRole('button', { name: 'کامران احمدی' }).click()
    await page.getByRole('button', { name: 'اجازه می‌دهم' }).waitFor()
    expect(page.url()).toContain('/oauth2/auth?')
  })

  test('a name that is code stays a name, and reorders nothing around it', async () => {
    const page = await bed.pageOf('kamran', { locale: 'fa', screen: 'phone' })
    await page.goto(question('hostile'))
    await expect.poll(() => page.locator('h1 bdi').textContent()).toBe(HOSTILE)
    expect(await page.locator('script, main img').count()).toBe(0)
    expect(await sidewaysOverflow(page)).toBe(0)
    await expect.poll(() => page.locator('button[value=allow]').isVisible()).toBe(true)
    expect(bed.complaints).toEqual([])
  })

  test('no page may frame it', async () => {
    const page = await bed.pageOf('kamran')
    await page.route('**/framing', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${question('visits').replaceAll('&', '&amp;')}"></iframe>`,
      }),
    )
    await page.goto('/framing')
    const [, frame] = page.frames()
    await frame?.waitForLoadState()
    expect(await frame?.locator('form').count()).toBe(0)
  })
})

test('a login link that is spent leads on: logged in, straight to where it was to lead', async () => {
  const page = await bed.pageOf('negar', { locale: 'fa' })
  const answer = await fetch(`${bed.server.url}/host/v1/login-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bed.server.hostKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'negar', return_to: '/errors' }),
  })
  const { url } = (await answer.json()) as { url: string }
  const path = new URL(url).pathname
  await page.goto(path)
  expect(new URL(page.url()).pathname).toBe('/errors')
  await page.goto(path)
  await page.getByRole('link', { name: 'ادامه' }).click()
  expect(new URL(page.url()).pathname).toBe('/errors')
  await page.context().clearCookies({ name: 'charsu_session' })
  await page.goto(path)
  await page.getByRole('link', { name: 'ورود دوباره' }).click()
  expect(page.url()).toContain('/dev/login?return_to=%2Ferrors')
})
