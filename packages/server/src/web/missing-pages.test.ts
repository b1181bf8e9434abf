import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SAMPLE_PAGES } from '../../testing/test-server.ts'
import { findPages } from './find-pages.ts'
import { warnOfMissingPages } from './missing-pages.ts'

function warningsFor(folder: string | null): string[] {
  const said: string[] = []
  warnOfMissingPages({ warn: (_, text) => void said.push(text) }, folder)
  return said
}

test('the start says which command builds what is missing, and nothing where it is there', () => {
  const missing = expect.stringContaining('npm run build -w packages/web')
  expect(warningsFor(null)).toEqual([missing])
  expect(warningsFor(join(SAMPLE_PAGES, 'nowhere'))).toEqual([missing])
  expect(warningsFor(SAMPLE_PAGES)).toEqual([])
})

test('in a checkout the pages are where its build writes them', () => {
  expect(findPages()).toBe(join(import.meta.dirname, '../../../web/dist'))
})
