import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { accessibilityFaults } from './axe.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed({ deps: { demoBot: true } })
  await waitFor(async () => (await texts()).length >= 2, { timeoutMs: 30_000 })
})
afterAll(() => bed?.[Symbol.asyncDispose]())

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(bed.server.url + path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const CHAT = `/dev/as/negar/me/v1/conversations/${CONVERSATION}/messages`
const says = (text: string) => call('POST', CHAT, { text })
const texts = async (): Promise<string[]> =>
  (await call<{ messages: { text: string }[] }>('GET', CHAT)).messages.map(({ text }) => text)

async function faults(locale: 'fa' | 'en' = 'en', theme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await bed.pageOf(null, { locale, theme, screen: { width: 1440, height: 900 } })
  page.setDefaultTimeout(10_000)
  await page.goto('/?app=demo-bot&panel=faults')
  await page.getByRole('switch').first().waitFor()
  return page
}

test('an app that is down lets its queue grow, which drains when all is normal again', async () => {
  const page = await faults()
  await page.getByRole('switch', { name: 'The app is down' }).click()
  await page.getByText('1 fault on').first().waitFor()
  await says('Is anybody there?')
  await says('Hello?')
  const queue = page.getByRole('region', { name: 'Queue' })
  await queue.getByText('deliveries wait').waitFor()
  await queue.getByText('The app counts as down').waitFor()
  const before = (await texts()).length
  await page.getByRole('button', { name: 'Back to normal' }).click()
  await queue.getByText('Nothing waits').waitFor()
  await page.getByText('Everything works').waitFor()
  await waitFor(async () => (await texts()).length === before + 2)
})

test('answers that were lost hold the next event back, which its story says, and all go out when that is off', async () => {
  const page = await faults()
  const lost = page.getByRole('switch', { name: 'Lost answers' })
  await lost.click()
  await page.getByText('1 fault on').first().waitFor()
  await says('Did you get this?')
  const queue = page.getByRole('region', { name: 'Queue' })
  await queue.getByText(/delivery waits|deliveries wait/).waitFor()
  const { id } = await call<{ id: string }>('POST', CHAT, { text: 'And this?' })
  const story = await bed.pageOf(null, { locale: 'en', screen: { width: 1440, height: 900 } })
  await story.goto(`/?app=demo-bot&conversation=${CONVERSATION}&message=${id}`)
  await story.getByText('waits behind an earlier event').waitFor()
  await lost.click()
  await queue.getByText('Nothing waits').waitFor()
  await story.getByText('delivered').first().waitFor()
  await story.close()
})

test('the story of a message says what a fault made of it', async () => {
  await call('PUT', '/dev/v1/apps/demo-bot/faults', { duplicate: true })
  const { id } = await call<{ id: string }>('POST', CHAT, { text: 'Do you hear me twice?' })
  const page = await bed.pageOf(null, { locale: 'en', screen: { width: 1440, height: 900 } })
  await page.goto(`/?app=demo-bot&conversation=${CONVERSATION}&message=${id}`)
  await page.getByText('fault: sent twice').waitFor()
  await call('PUT', '/dev/v1/apps/demo-bot/faults', {})
})

test('every switch says what it does, and by keyboard alone one is on and how much of it', async () => {
  const page = await faults()
  for (const one of await page.getByRole('switch').all()) {
    const hint = await one.getAttribute('aria-describedby')
    expect(await page.locator(`[id="${hint}"]`).textContent()).not.toBe('')
  }
  await page.getByRole('switch', { name: 'Slow answers' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('radio', { name: '2 s', exact: true }).focus()
  await page.keyboard.press('ArrowRight')
  await waitFor(
    async () => (await call<{ delay_ms: number }>('GET', '/dev/v1/apps/demo-bot/faults')).delay_ms === 6_000,
  )
  await page.getByRole('button', { name: 'Back to normal' }).click()
  await page.getByText('Everything works').waitFor()
})

test('people say no by a click, which counts as a fault, and yes again', async () => {
  const page = await faults()
  const chip = page.getByRole('banner').getByText('1 fault on')
  const block = page.getByRole('switch', { name: / blocks / }).first()
  await block.click()
  await waitFor(async () => await isBlocked())
  await chip.waitFor()
  await block.click()
  await waitFor(async () => !(await isBlocked()))
  await chip.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('not allowed').waitFor()
  await chip.waitFor()
  await page.getByRole('button', { name: 'Allow it again' }).click()
  await page.getByRole('button', { name: 'Take it back' }).waitFor()
  await chip.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'End them now' }).click()
  await page.getByText(/tokens? ended/).waitFor()
})

test('back to normal lifts both blocks and gives the bundled app its consent again', async () => {
  const page = await faults()
  for (const block of await page.getByRole('switch', { name: / blocks / }).all()) await block.click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('banner').getByText('3 faults on').waitFor()
  await page.getByRole('button', { name: 'Back to normal' }).click()
  await page.getByText('Everything works').waitFor()
  await page.getByRole('button', { name: 'Take it back' }).waitFor()
  expect([await isBlocked('negar'), await isBlocked('kamran')]).toEqual([false, false])
})

const isBlocked = async (person = 'negar'): Promise<boolean> =>
  (await call<{ blocked: boolean }>('GET', `/dev/as/${person}/me/v1/conversations/${CONVERSATION}`)).blocked

test.each([
  ['fa', 'light'],
  ['en', 'dark'],
] as const)('%s, %s: axe finds nothing with everything on', async (locale, theme) => {
  await call('PUT', '/dev/v1/apps/demo-bot/faults', {
    down: true,
    delay_ms: 2_000,
    status: 429,
    retry_after: 5,
  })
  const page = await faults(locale, theme)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('radio').first().waitFor({ state: 'attached' })
  expect(await accessibilityFaults(page)).toEqual([])
  await call('PUT', '/dev/v1/apps/demo-bot/faults', {})
  expect(bed.complaints).toEqual([])
})
