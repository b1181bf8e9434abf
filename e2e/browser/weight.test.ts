import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstLoad } from './first-load.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

let bed: PagesBed
beforeAll(async () => {
  bed = await pagesBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const KB = 1000

test.each([
  { what: 'the chat', path: `/chat/${CONVERSATION}`, as: 'negar', most: 200 * KB },
  { what: 'the playground', path: '/', as: null, most: 300 * KB },
])('$what loads at most $most bytes of code, compressed, and no font that it does not show', async (page) => {
  const { code, fonts, files } = await firstLoad(await bed.pageOf(page.as), page.path)
  const list = files.join('\n')
  expect(code, list).toBeGreaterThan(50 * KB)
  expect(code, list).toBeLessThanOrEqual(page.most)
  expect(fonts, list).toBeLessThanOrEqual(90 * KB)
})
