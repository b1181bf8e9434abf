import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CATALOGUE } from '@charsu/protocol/error-catalogue/catalogue'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

// That every reason in use has an entry, the compiler proves: whatever answers or records one is typed by the
// catalogue. That every entry is in use, this proves.
const CODE = globSync(
  [
    'packages/server/src/**/*.{ts,sql}',
    'packages/protocol/src/*.ts',
    'node_modules/@node-oauth/oauth2-server/lib/**/*.js',
  ],
  { cwd: ROOT },
)
  .filter((file) => !/\.test\.ts$|tables\.ts$/.test(file))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  // A name in a list of names, or beside `|` of a type, is not yet one that is answered.
  .map((text) => text.replace(/export const OAUTH_ERRORS = \[[^\]]*\]/, '').replace(/^\s*\| '\w+'$/gm, ''))
  .join('\n')

describe('every entry of the error catalogue is met somewhere', () => {
  test.each(ERROR_CATALOGUE.map(({ surface, reason }) => [reason, surface]))('%s (%s)', (reason) => {
    expect(new RegExp(`['"]${reason}['"]|\\b${reason}: (?:failure|\\(\\)|new)`).test(CODE)).toBe(true)
  })
})

/** Reasons of answers are written out at the place that answers them, so that one can be found by its name. */
test('no reason of an answer is put together from parts', () => {
  const made = [...CODE.matchAll(/reason: `[^`]*\$\{[^`]*`/g)].map(([text]) => text)
  expect(made).toEqual([])
})
