import { describe, expect, test } from 'vitest'
import { CODES } from '../errors.ts'
import { OAUTH_ERRORS } from '../oauth.ts'
import { answerEntry, ERROR_CATALOGUE, findError, namedErrors } from './catalogue.ts'
import { nearErrors } from './near-errors.ts'

const SENTENCES = /^[A-Z][^\n]*[.:]$/
/** Words that say nothing to somebody who has just met an error. */
const EMPTY_WORDS = /\b(?:TODO|etc|somehow|simply|please|oops|invalid input)\b/i

describe('an entry says', () => {
  test.each(ERROR_CATALOGUE.map((entry) => [`${entry.reason} (${entry.surface})`, entry] as const))(
    '%s: cause and fix in whole sentences',
    (_, { cause, fix, example = '' }) => {
      expect(cause).toMatch(SENTENCES)
      expect(fix).toMatch(SENTENCES)
      expect(cause).not.toBe(fix)
      expect(`${cause} ${fix}`).not.toMatch(EMPTY_WORDS)
      for (const text of [cause, fix]) expect(text.length).toBeLessThan(420)
      expect(example.length).toBeLessThan(200)
      // Secrets in examples are cut off after their prefix.
      expect(`${cause} ${fix} ${example}`).not.toMatch(/\b(?:ck|ca|cr|cc|cs|cx)_[A-Za-z0-9]/)
    },
  )

  test('its status only where an answer carries it', () => {
    for (const { surface, code, http } of ERROR_CATALOGUE) {
      if (surface === 'answer') expect([code, http]).not.toContain(null)
      else expect(code).toBeNull()
      if (code !== null && http !== CODES[code].http)
        expect([408, 410, 413, 414, 415, 416, 431]).toContain(http)
    }
  })
})

test('a reason stands once on each surface, and every OAuth error has its entry', () => {
  const keys = ERROR_CATALOGUE.map(({ surface, reason }) => `${surface} ${reason}`)
  expect(new Set(keys).size).toBe(keys.length)
  const oauth = ERROR_CATALOGUE.filter(({ surface }) => surface === 'oauth').map(({ reason }) => reason)
  expect(oauth.toSorted()).toEqual([...OAUTH_ERRORS].toSorted())
})

test('names differ in more than case, and each leads to its entries', () => {
  const names = namedErrors().map(({ name }) => name)
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  for (const entry of ERROR_CATALOGUE) expect(findError(entry.reason)?.entries).toContain(entry)
  expect(findError('constructor')).toBeUndefined()
  expect(findError('')).toBeUndefined()
})

test('the entry of an answer is not that of a click of the same name', () => {
  expect(answerEntry('USER_BLACKLISTED')).toMatchObject({ surface: 'answer', code: 'FAILED_PRECONDITION' })
  expect(answerEntry('NO_URL_SET')).toBeUndefined()
  expect(answerEntry('grant_revoked')).toBeUndefined()
})

describe('whoever misspells a name is led to the near ones', () => {
  test.each([
    ['API_KEY_MISING', 'API_KEY_MISSING'],
    ['apikeymissing', 'API_KEY_MISSING'],
    ['scope-missing', 'SCOPE_MISSING'],
    ['invalid_gramt', 'invalid_grant'],
    ['timeouts', 'timeout'],
  ])('%s: %s', (given, meant) => {
    expect(nearErrors(given)[0]).toBe(meant)
  })

  test('a part of a name finds those that hold it', () => {
    expect(nearErrors('TOKEN_EXPIRED')).toEqual(
      expect.arrayContaining(['ACCESS_TOKEN_EXPIRED', 'UPLOAD_TOKEN_EXPIRED']),
    )
  })

  test('nothing is proposed for what is like none, nor for a text that takes long to compare', () => {
    expect(nearErrors('')).toEqual([])
    expect(nearErrors('فارسی و چیزهای دیگر')).toEqual([])
    expect(nearErrors('A'.repeat(100_000))).toEqual([])
  })
})
