import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './axe.ts'
import type { InPage } from './in-page.ts'
import { type PagesBed, pagesBed } from './pages-bed.ts'
import { SCENES, type Scene, visit } from './scenes.ts'

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed({ deps: { demoBot: true } })
})
afterAll(() => bed?.[Symbol.asyncDispose]())

/** Every page is seen in each language, each theme, and on each screen once: twice in all. */
const READERS = [
  { who: 'in Persian, by daylight, on a phone', locale: 'fa', theme: 'light', screen: 'phone' },
  { who: 'in English, at night, on a desk', locale: 'en', theme: 'dark', screen: 'desktop' },
] as const

/** Console and operators' pages have tests of their own for this, with something on them. */
const PAGES = SCENES.filter(({ path }) => !/^\/(console|operator)\b/.test(path))

const PICTURES_OF_OTHERS = /ERR_NAME_NOT_RESOLVED|ERR_CONNECTION_REFUSED/

/** How far the page is wider than its screen. */
const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as InPage
    return document.documentElement.scrollWidth - innerWidth
  })

test.each(READERS)(
  'every page can be seen, heard and used by everybody, fits its screen, and keeps to its policy, $who',
  async (reader) => {
    const pages = new Map<Scene['as'], Page>()
    const faults: string[] = []
    for (const scene of PAGES) {
      const page = pages.get(scene.as) ?? (await bed.pageOf(scene.as, reader))
      pages.set(scene.as, page)
      bed.complaints.length = 0
      await visit(page, scene)
      const dir = await page.locator('html').getAttribute('dir')
      const said = [
        ...(await accessibilityFaults(page)),
        ...bed.complaints.filter((text) => !PICTURES_OF_OTHERS.test(text)),
        ...((await overhang(page)) > 0 ? [`is ${await overhang(page)} px too wide`] : []),
        ...(dir === (reader.locale === 'fa' ? 'rtl' : 'ltr') ? [] : [`runs ${dir}`]),
      ]
      faults.push(...said.map((fault) => `${scene.name}: ${fault}`))
    }
    expect(faults.join('\n')).toBe('')
  },
  180_000,
)
