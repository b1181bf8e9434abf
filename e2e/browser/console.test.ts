import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { send } from '../../packages/server/testing/delivery-fixture.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { addFinished, type FinishedDeliveries } from '../../packages/server/testing/replay-bed.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../packages/server/testing/webhook-receiver.ts'
import { accessibilityFaults } from './axe.ts'
import type { InPage } from './in-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

const HOSTILE = '<img src=x onerror="document.title=1">‮ "\'&amp;'
const ENGLISH = { locale: 'en' } as const

let bed: PagesBed
let receiver: WebhookReceiver
/** Something that answers whatever it is asked. */
let answering: Server
let answers: string
let says: WebhookAnswer
let app: fixture.AppFixture
let kamran: string
let negar: string

beforeAll(async () => {
  receiver = await startWebhookReceiver(() => says)
  answering = createServer((_request, response) => response.end())
  await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve))
  answers = `http://127.0.0.1:${(answering.address() as AddressInfo).port}/`
  bed = await pagesBed()
  const { db } = bed.server
  const people = await db.selectFrom('users').select(['id', 'host_id']).execute()
  const idOf = (hostId: string) => people.find((each) => each.host_id === hostId)!.id
  kamran = idOf('kamran')
  negar = idOf('negar')
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await receiver.close()
  answering.close()
})
beforeEach(async () => {
  says = 200
  const { db } = bed.server
  const sara = await db
    .selectFrom('users')
    .select('id')
    .where('host_id', '=', 'sara')
    .executeTakeFirstOrThrow()
  app = await fixture.addApp(db, sara.id, { eventsUrl: receiver.url, redirectUris: ['myapp://back'] })
  bed.complaints.length = 0
})

/** What does not come within this time does not come. */
const PATIENCE_MS = 12_000
const EVERY_PAGE_MS = 150_000

async function open(hostId: string, options: Parameters<PagesBed['pageOf']>[1]): Promise<Page> {
  const page = await bed.pageOf(hostId, options)
  page.setDefaultTimeout(PATIENCE_MS)
  return page
}

const at = (below: string) => `/console/apps/${app.slug}${below}`

/** What Kamran lets the app hear is delivered to it, one event for each text. */
async function deliver(texts: string[]): Promise<void> {
  const { db, database } = bed.server
  const grant = await fixture.addGrant(db, app.id, kamran, ['CHAT_SUPPLIER_ALL_CONVERSATIONS_READ'])
  await fixture.addSubscription(db, app, kamran, grant.grantId)
  const before = receiver.received.length
  await send(
    database.pool,
    { conversationId: CONVERSATION, postToken: 'demo_flat', supplierId: kamran, demandId: negar },
    texts,
  )
  await waitFor(() => receiver.received.length >= before + texts.length)
}

/** Finished deliveries of the app, as if they had been made in the past. */
const finished = (deliveries: FinishedDeliveries): Promise<string[]> =>
  addFinished(
    bed.server.database.pool,
    { appId: app.id, endpointId: app.endpointId, identificationKey: '', secret: '' },
    deliveries,
  )

test('a developer makes an app, keeps its secrets, and sees what is still missing', async () => {
  const page = await open('sara', ENGLISH)
  await page.goto('/console')
  await page.getByRole('link', { name: 'New app' }).first().click()
  await page.getByLabel('Name').fill('Garden help')
  await page.getByLabel('Slug').fill('Garden')
  await page.getByText('2 to 50 of a–z').waitFor()
  const slug = `garden-${app.slug.slice(-6).replaceAll(/[^a-z0-9]/g, '')}`
  await page.getByLabel('Slug').fill(slug)
  await page.getByRole('button', { name: 'Make the app' }).click()
  await page.getByText(/^cx_/).waitFor()
  await page.getByText(/^whsec_/).waitFor()
  // Shown once: not closed by a slip of the hand.
  await page.keyboard.press('Escape')
  await page.getByText(/^cx_/).waitFor()
  await page.getByRole('button', { name: 'Go to the app' }).click()
  await page.waitForURL(`**/console/apps/${slug}`)
  await page.getByRole('link', { name: /Say where events go/ }).waitFor()
  expect(bed.complaints).toEqual([])
})

describe('settings', () => {
  const field = (page: Page) => page.getByLabel('Dynamic action URL')

  test('are tried while one types: its form at once, its answer after a pause', async () => {
    const page = await open('sara', ENGLISH)
    await page.goto(at('/settings'))
    await field(page).fill('http:/x')
    await page.getByText('An absolute http or https link').waitFor()
    await field(page).fill(answers)
    await page.getByText('It answers:').waitFor()
    await field(page).fill('http://127.0.0.1:1/nobody')
    await page.getByText('Nobody listens there').waitFor()
    expect(bed.complaints).toEqual([])
  })

  test('hide no focused field behind the bar that saves them, and keep the focus while they are tried', async () => {
    await bed.server.db
      .updateTable('endpoints')
      .set({ url: answers })
      .where('id', '=', app.endpointId)
      .execute()
    const page = await open('sara', { ...ENGLISH, screen: { width: 1440, height: 900 } })
    await page.goto(at('/settings'))
    const focused = page.locator(':focus')
    await page.getByLabel('Events URL').focus()
    await page.keyboard.press('Tab')
    await page.getByText('It answers:').waitFor()
    expect(await focused.innerText()).toBe('Try it')
    await page.getByLabel('Name').fill('Another name')
    const bar = page.locator('.save-bar')
    await bar.waitFor()
    // To the end of the form: what is reached is above the bar, or a part of it.
    for (let reached = ''; reached !== 'Save'; reached = await focused.innerText()) {
      await page.keyboard.press('Tab')
      if (await bar.locator(':focus').count()) continue
      const [field, edge] = [await focused.boundingBox(), await bar.boundingBox()]
      expect(field!.y + field!.height).toBeLessThanOrEqual(edge!.y)
    }
    expect(bed.complaints).toEqual([])
  })

  test('say at its field what the server refuses, and lose nothing', async () => {
    const page = await open('sara', ENGLISH)
    await page.goto(at('/settings'))
    await page.getByLabel('Redirect URI 1').fill('javascript:alert(1)')
    await page.getByLabel('Description').fill('Finds a gardener')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('look at the fields that are marked').waitFor()
    await expect.poll(() => page.getByLabel('Redirect URI 1').getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Finds a gardener')
    await page.getByLabel('Redirect URI 1').fill('https://app.example/back')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved', { exact: true }).first().waitFor()
    const row = await bed.server.db
      .selectFrom('apps')
      .select(['description', 'redirect_uris'])
      .where('id', '=', app.id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ description: 'Finds a gardener', redirect_uris: ['https://app.example/back'] })
  })

  test('that are not saved are not left behind without asking', async () => {
    const page = await open('sara', ENGLISH)
    await page.goto(at('/settings'))
    await page.getByLabel('Description').fill('half written')
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.getByText('Leave without saving?').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('half written')
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL('**/usage')
    expect(bed.complaints).toEqual([])
  })
})

test('a key is shown once, works, and is revoked after a question', async () => {
  await bed.server.db.insertInto('app_permissions').values({ app_id: app.id, name: 'GET_POST' }).execute()
  const page = await open('sara', ENGLISH)
  await page.goto(at('/credentials'))
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('laptop')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const key = await page.locator('pre', { hasText: /^ck_/ }).innerText()
  const ask = async () =>
    (
      await fetch(`${bed.server.url}/v1/open-platform/finder/post/demo_flat`, {
        headers: { 'x-api-key': key },
      })
    ).status
  expect(await ask()).not.toBe(401)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  expect(await page.content()).not.toContain(key)
  await page
    .getByRole('row', { name: /laptop/ })
    .getByRole('button', { name: 'Revoke' })
    .click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText(/^Revoked/).waitFor()
  expect(await ask()).toBe(401)
  expect(bed.complaints).toEqual([])
})

describe('events', () => {
  test('are found by what the address says, and show what went over the wire', async () => {
    await deliver(['words of a person'])
    const page = await open('sara', ENGLISH)
    await page.goto(at('/events?state=dead'))
    await page.getByText('Nothing matches these filters').waitFor()
    await page.getByLabel('State').selectOption('delivered')
    await page.waitForURL('**/events?state=delivered')
    await page.getByRole('link', { name: 'New message' }).first().click()
    await page.getByText('words of a person').waitFor()
    await page.getByText('charsu-attempt: 1').waitFor()
    await page.goBack()
    await page.waitForURL('**/events?state=delivered')
    await expect.poll(() => page.getByLabel('State').inputValue()).toBe('delivered')
    expect(bed.complaints).toEqual([])
  })

  test('one is sent once more, and all that match a filter, with its progress', async () => {
    await deliver(['one', 'two', 'three'])
    const page = await open('sara', ENGLISH)
    await page.goto(at('/events'))
    await page.getByRole('link', { name: 'New message' }).first().click()
    const heard = receiver.received.length
    await page.getByRole('button', { name: 'Send once more' }).click()
    await waitFor(() => receiver.received.length === heard + 1)
    await page.getByText('Sent again').first().waitFor()
    await page.getByRole('link', { name: 'Replays' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Begin' }).click()
    await waitFor(() => receiver.received.length === heard + 4)
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 20_000 })
    expect(bed.complaints).toEqual([])
  })

  test('"these" are sent again, and nothing that is not listed', async () => {
    const conversation = randomUUID()
    await finished({ count: 2, conversationId: conversation })
    await finished({ count: 3 })
    const page = await open('sara', ENGLISH)
    await page.goto(at('/events'))
    const these = page.getByRole('button', { name: 'Send these again' })
    await these.click()
    await page.getByRole('dialog').getByText('everything that is kept is sent again').waitFor()
    await page.keyboard.press('Escape')
    await page.goto(at(`/events?conversation_id=${conversation}`))
    await these.click()
    await page.getByRole('dialog').getByText(conversation).waitFor()
    const heard = receiver.received.length
    await page.getByRole('dialog').getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('heading', { name: conversation }).waitFor()
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 20_000 })
    expect(receiver.received.length).toBe(heard + 2)
    expect(bed.complaints).toEqual([])
  })

  test('are not sent again where there is nothing to send, or where more would be sent than is listed', async () => {
    await finished({ count: 1, state: 'cancelled' })
    const page = await open('sara', ENGLISH)
    const these = page.getByRole('button', { name: 'Send these again' })
    await page.goto(at('/events?state=cancelled'))
    await page.getByRole('link', { name: 'Consent taken back' }).waitFor()
    await page.getByText('Only what was delivered or given up can be sent again').waitFor()
    expect(await these.isDisabled()).toBe(true)
    await these.click({ force: true })
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.goto(at('/events?state=dead'))
    await page.getByText('Nothing matches these filters').waitFor()
    expect(await these.isDisabled()).toBe(true)
    expect(bed.complaints).toEqual([])
  })
})

test('a disabled events URL says why, and is enabled with what was held', async () => {
  await bed.server.db
    .updateTable('endpoints')
    .set({ state: 'disabled', disabled_reason: 'answered_410_gone', disabled_at: new Date() })
    .where('id', '=', app.endpointId)
    .execute()
  const page = await open('sara', ENGLISH)
  await page.goto(at('/endpoint'))
  await page.getByText('answered 410').waitFor()
  await page.getByRole('button', { name: 'Enable it' }).click()
  await page.getByRole('button', { name: 'Enable and deliver them' }).click()
  await page.getByText('Events are delivered as they happen.').waitFor()
  expect(bed.complaints).toEqual([])
})

test('who is no developer gets a page with a way on', async () => {
  const page = await open('negar', { locale: 'fa' })
  await page.goto('/console')
  await page.getByText('اینجا برای سازندگان برنامه است').waitFor()
  await page.getByRole('link', { name: 'به گفتگوها' }).click()
  await page.waitForURL('**/chat')
})

test('nothing that an app is called or answers becomes part of the page', async () => {
  says = { status: 200, headers: { 'x-app': HOSTILE.replaceAll(/[^ -~]/g, '') }, body: HOSTILE }
  await bed.server.db
    .updateTable('apps')
    .set({ display_name: HOSTILE.slice(0, 50), description: HOSTILE })
    .where('id', '=', app.id)
    .execute()
  await deliver([HOSTILE])
  const page = await open('sara', ENGLISH)
  for (const path of ['/console', at(''), at('/events')]) {
    await page.goto(path)
    await page
      .getByText('onerror')
      .first()
      .waitFor({ timeout: 2_000 })
      .catch(() => {})
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  }
  await page.getByRole('link', { name: 'New message' }).first().click()
  await page.getByText('onerror').first().waitFor()
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  expect(await page.title()).not.toBe('1')
  expect(bed.complaints).toEqual([])
})

describe.each([
  ['fa', 'light', 1280],
  ['en', 'dark', 360],
] as const)('every page in %s, %s, %i wide', (locale, theme, width) => {
  test(
    'has no fault for who sees, hears or points otherwise, and none that is wider than the window',
    async () => {
      await deliver(['hello'])
      const page = await open('sara', { locale, theme, screen: { width, height: 800 } })
      const id = await page.request
        .get(`/console/v1/apps/${app.slug}/deliveries`)
        .then(async (answer) => (await answer.json()).deliveries[0].id)
      const below = [
        '',
        '/settings',
        '/credentials',
        '/permissions',
        '/touchpoints',
        '/events',
        `/events/${id}`,
        '/replays',
        '/subscriptions',
        '/clicks',
        '/usage',
        '/endpoint',
        '/alerts',
      ]
      for (const path of ['/console', '/console/new', '/console/posts', ...below.map(at)]) {
        await page.goto(path)
        await page.waitForLoadState('networkidle')
        expect(await accessibilityFaults(page), path).toEqual([])
        const over = await page.evaluate(() => {
          const { documentElement } = (globalThis as unknown as InPage).document
          return documentElement.scrollWidth - documentElement.clientWidth
        })
        expect(over, path).toBeLessThanOrEqual(0)
      }
      expect(bed.complaints).toEqual([])
    },
    EVERY_PAGE_MS,
  )
})
