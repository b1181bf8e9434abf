import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { openSnapshotBed } from '../../packages/server/testing/snapshot-bed.ts'
import { builtPages } from './built-pages.ts'
import { openBrowser } from './open-browser.ts'
import { CONVERSATION } from './pages-bed.ts'

/** A marketplace whose nodes are renewed as the program's are, and its playground. */
async function playground(): Promise<Page> {
  await using opened = new AsyncDisposableStack()
  const bed = opened.use(await openSnapshotBed({ pages: await builtPages() }))
  await openDevelopmentMarketplace(bed.db)
  const browser = opened.use(await openBrowser())
  const context = await browser.context({
    url: bed.url,
    locale: 'en',
    screen: { width: 1440, height: 900 },
  })
  const kept = opened.move()
  onTestFinished(() => kept.disposeAsync())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(`/?conversation=${CONVERSATION}`)
  return page
}

const says = async (page: Page, text: string): Promise<void> => {
  const buyer = page.getByRole('region', { name: 'Buyer', exact: true })
  await buyer.getByRole('textbox', { name: 'Message', exact: true }).fill(text)
  await buyer.getByRole('button', { name: 'Send', exact: true }).click()
  await page
    .getByRole('region', { name: 'Seller', exact: true })
    .getByRole('article')
    .filter({ hasText: text })
    .waitFor()
}

/** In how many chats this message stands. */
const chatsWith = (page: Page, text: string): Promise<number> =>
  page.getByRole('article').filter({ hasText: text }).count()

const openSnapshots = (page: Page) => page.getByRole('button', { name: 'Snapshots' }).click()

async function putBack(page: Page, name: string): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: 'Put back' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Put back' }).click()
  await page.getByText('The marketplace is as it was in').waitFor()
  await page.keyboard.press('Escape')
}

test('a marketplace is saved, put back live on both sides, and taken along as a file', async () => {
  const page = await playground()
  await says(page, 'before it was saved')
  await openSnapshots(page)
  await page.getByLabel('Name').fill('first')
  await page.getByRole('button', { name: 'Save a snapshot' }).click()
  const saved = page.getByRole('listitem').filter({ hasText: 'first' })
  await saved.waitFor()

  const download = page.waitForEvent('download')
  await saved.getByRole('link', { name: 'Download first' }).click()
  const file = await (await download).path()
  await page.keyboard.press('Escape')
  await says(page, 'after it was saved')

  await openSnapshots(page)
  await putBack(page, 'first')
  await expect.poll(() => chatsWith(page, 'after it was saved')).toBe(0)
  await expect.poll(() => chatsWith(page, 'before it was saved')).toBe(2)
  await says(page, 'it goes on from there')

  await openSnapshots(page)
  await page.getByRole('button', { name: 'Remove first' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No snapshot yet').waitFor()
  await page.getByLabel('Take a file from another machine').setInputFiles({
    name: 'Of a Colleague (1).charsu-snapshot',
    mimeType: 'application/gzip',
    buffer: await readFile(file),
  })
  await putBack(page, 'of-a-colleague')
  await expect.poll(() => chatsWith(page, 'it goes on from there')).toBe(0)
}, 90_000)

test('a file that is no snapshot is refused with a reason, and nothing of it is kept', async () => {
  const page = await playground()
  await openSnapshots(page)
  await page.getByLabel('Take a file from another machine').setInputFiles({
    name: 'holiday.charsu-snapshot',
    mimeType: 'application/gzip',
    buffer: Buffer.from('a picture of the sea'),
  })
  await page.getByText('This file was not taken:').waitFor()
  await page.getByText('No snapshot yet').waitFor()
})
