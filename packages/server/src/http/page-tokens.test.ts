import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOKENS } from './page-tokens.ts'

const OF_THE_PAGES = join(import.meta.dirname, '../../../web/src/ui/tokens.css')

/** Without what a formatter may write otherwise. */
const rulesIn = (css: string): string =>
  css
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll("'", '"')
    .replaceAll(/\s+/g, ' ')
    .trim()

test('pages that the server renders have the colours and measures of all others', () => {
  expect(rulesIn(TOKENS)).toBe(rulesIn(readFileSync(OF_THE_PAGES, 'utf8')))
})
