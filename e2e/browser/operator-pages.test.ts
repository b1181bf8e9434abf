import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../packages/server/src/ids.ts'
import {
  addApp,
  addPost,
  addUser,
  type UserFixture,
} from '../../packages/server/testing/marketplace-fixture.ts'
import { accessibilityFaults } from './axe.ts'
import type { InPage } from './in-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'

/** Markup, a direction that would leak, and a name that is no word. */
const HOSTILE = '<img src=x onerror="globalThis.broken=1">\u202Eiphone {{x}}'
const PAGE_MS = 60_000

let bed: PagesBed
let developer: UserFixture

beforeAll(async () => {
  bed = await pagesBed({ config: { dispatcher: false } })
  developer = await addUser(bed.server.db, { developer: true, name: HOSTILE, phone: '09121234567' })
})
afterAll(() => bed[Symbol.asyncDispose]())
afterEach(() => {
  expect(bed.complaints.splice(0)).toEqual([])
})

async function submittedApp(name: string): Promise<{ id: string; slug: string; endpointId: string }> {
  const { db } = bed.server
  const app = await addApp(db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  await db
    .updateTable('apps')
    .set({ display_name: name, submitted_at: new Date() })
    .where('id', '=', app.id)
    .execute()
  await db
    .insertInto('app_scopes')
    .values([
      { app_id: app.id, name: 'USER_PHONE' },
      { app_id: app.id, name: 'SEND_EVENT' },
    ])
    .execute()
  return app
}

const addDead = (endpointId: string) =>
  bed.server.database.pool.query<{ id: string }>(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id, state, reason,
       attempts, attempt_log, replay, created_at, finished_at)
     values (nextval(pg_get_serial_sequence('delivery_queue', 'id')), $1, 1, $2, 'NEW_MESSAGE', $3, 'dead', 'status_400',
       1, $4, false, now(), now()) returning id`,
    [
      endpointId,
      newId(),
      randomUUID(),
      JSON.stringify([
        {
          attempt: 1,
          startedAt: new Date().toISOString(),
          durationMs: 12,
          outcome: 'dead',
          status: 400,
          error: null,
        },
      ]),
    ],
  )

const approved = async (id: string) =>
  (
    await bed.server.db
      .selectFrom('app_scopes')
      .select('name')
      .where('app_id', '=', id)
      .where('approved_at', 'is not', null)
      .execute()
  ).map(({ name }) => name)

describe('an operator', () => {
  test(
    'in Persian: allows a waiting app less than it asked for, takes it back, and finds both written down',
    async () => {
      const app = await submittedApp('بازدیدیار')
      const page = await bed.pageOf('parisa', { locale: 'fa' })
      await page.goto('/operator')
      await page.getByRole('link', { name: 'بازدیدیار' }).click()
      await page.getByRole('checkbox', { name: /دیدن شمارهٔ تلفن/ }).uncheck()
      await page.getByRole('button', { name: 'تأیید', exact: true }).click()
      const dialog = page.getByRole('alertdialog')
      await expect
        .poll(() => dialog.innerText())
        .toMatch(/مجاز می‌شود[\s\S]*فرستادن اعلان[\s\S]*مجاز نمی‌شود[\s\S]*تلفن/)
      await dialog.getByRole('button', { name: 'تأیید', exact: true }).click()
      await page.getByText('تأییدشده', { exact: true }).waitFor()
      expect(await approved(app.id)).toEqual(['SEND_EVENT'])
      await page.getByRole('button', { name: 'پس گرفتن تأیید' }).click()
      await dialog.getByRole('button', { name: 'پس گرفتن تأیید' }).click()
      await page.getByText('بی‌اجازه', { exact: true }).waitFor()
      expect(await approved(app.id)).toEqual([])
      await page.getByRole('link', { name: 'کارهایی که درباره‌اش شده' }).click()
      await page.getByText('را پس گرفت').waitFor()
      const written = await page.locator('main').innerText()
      expect(written).toContain('را تأیید کرد')
    },
    PAGE_MS,
  )

  test(
    'in English, on a phone: finds a person by their number, masked, and marks them after one more look',
    async () => {
      const user = await addUser(bed.server.db, { name: 'Kian Azad', phone: '09353334455' })
      const page = await bed.pageOf('parisa', { locale: 'en', screen: 'phone' })
      await page.goto('/operator/users')
      await page.getByRole('searchbox').fill('+98 935 333 4455')
      await page.waitForURL(/[?&]q=.*935/)
      await page.getByRole('link', { name: 'Kian Azad' }).waitFor()
      await expect.poll(() => page.locator('main').innerText()).toContain('0935*****55')
      await page.getByRole('link', { name: 'Kian Azad' }).click()
      await page.getByRole('switch', { name: 'Blacklisted' }).click()
      await page.getByRole('button', { name: 'Yes, do it' }).click()
      await expect
        .poll(async () => {
          const row = bed.server.db.selectFrom('users').select('blacklisted').where('id', '=', user.id)
          return (await row.executeTakeFirstOrThrow()).blacklisted
        })
        .toBe(true)
    },
    PAGE_MS,
  )

  test(
    'cannot take their own mark away, and is told so',
    async () => {
      const page = await bed.pageOf('parisa', { locale: 'en' })
      await page.goto('/operator/users/parisa')
      await page.getByRole('switch', { name: 'Operator' }).click()
      await page.getByRole('button', { name: 'Yes, take it back' }).click()
      await page.getByText('cannot stop being an operator').first().waitFor()
      expect(await page.getByRole('switch', { name: 'Operator' }).isChecked()).toBe(true)
      // The refusal is the browser's to log as well.
      expect(bed.complaints.splice(0).every((said) => said.includes('412'))).toBe(true)
    },
    PAGE_MS,
  )

  test(
    'sends dead deliveries again and cancels it; the texts of none are on any page',
    async () => {
      const app = await submittedApp('Price meter')
      const { rows } = await addDead(app.endpointId)
      const page = await bed.pageOf('parisa', { locale: 'en' })
      await page.goto(`/operator/deliveries?app=${app.slug}`)
      await page.getByRole('link', { name: 'NEW_MESSAGE' }).click()
      await page.getByText('answered').waitFor()
      expect(new URL(page.url()).pathname).toBe(`/operator/deliveries/${rows[0]?.id}`)
      await page.goBack()
      await page.getByRole('button', { name: 'Send again' }).click()
      const dialog = page.getByRole('alertdialog')
      await expect.poll(() => dialog.innerText()).toContain(`App: ${'\u2068'}${app.slug}`)
      await dialog.getByRole('button', { name: 'Send again' }).click()
      await page.waitForURL('**/operator/replays')
      await page.getByText('Running', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).last().click()
      await page.getByText('Cancelled', { exact: true }).first().waitFor()
    },
    PAGE_MS,
  )
})

describe('everybody else', () => {
  test(
    'who is no operator is told whom the place is for, with a way on',
    async () => {
      const page = await bed.pageOf('sara', { locale: 'en' })
      await page.goto('/operator/users')
      await page.getByRole('heading', { name: 'This place is for operators' }).waitFor()
      await expect.poll(() => page.getByRole('link').count()).toBeGreaterThan(0)
    },
    PAGE_MS,
  )

  test(
    'who is nobody yet logs in and comes to the page that they asked for',
    async () => {
      const page = await bed.pageOf(null, { locale: 'fa' })
      await page.goto('/operator/users')
      await page.getByRole('button', { name: /پریسا/ }).click()
      await page.waitForURL('**/operator/users')
      await page.getByRole('heading', { name: 'افراد' }).waitFor()
    },
    PAGE_MS,
  )
})

async function pathsOfAll(): Promise<string[]> {
  const app = await submittedApp(HOSTILE)
  const { rows } = await addDead(app.endpointId)
  const post = await addPost(bed.server.db, developer.id, { title: HOSTILE })
  return [
    '/operator',
    '/operator/apps',
    `/operator/apps/${app.slug}`,
    '/operator/users',
    `/operator/users/${developer.hostId}`,
    '/operator/posts',
    `/operator/posts/${post.token}`,
    '/operator/deliveries',
    `/operator/deliveries/${rows[0]?.id}`,
    '/operator/replays',
    '/operator/nodes',
    '/operator/history',
  ]
}

const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as InPage
    return document.documentElement.scrollWidth - innerWidth
  })

test.each([
  ['fa', 'light', 'phone'],
  ['en', 'dark', 'desktop'],
] as const)(
  'every page in %s, %s, on a %s: no fault of accessibility, nothing too wide, hostile names only shown',
  async (locale, theme, screen) => {
    const page = await bed.pageOf('parisa', { locale, theme, screen })
    for (const path of await pathsOfAll()) {
      await page.goto(path)
      await page.locator('main h1').waitFor()
      await page.waitForLoadState('networkidle')
      expect(await accessibilityFaults(page), path).toEqual([])
      expect(await tooWide(page), path).toBeLessThanOrEqual(0)
      expect(await page.evaluate(() => 'broken' in globalThis), path).toBe(false)
      expect(await page.locator('img[src="x"]').count(), path).toBe(0)
    }
  },
  180_000,
)
