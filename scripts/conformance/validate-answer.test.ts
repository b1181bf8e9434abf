import { describe, expect, it } from 'vitest'
import { tinyDescription, tinyOperation } from './tiny-description.ts'
import { AnswerValidator, type Expected } from './validate-answer.ts'

const validator = new AnswerValidator(tinyDescription().schemas)
const write = tinyOperation('Notes_Write')
const FINE: Expected = { statuses: [200], codes: [] }
const REFUSED: Expected = { statuses: [401], codes: [16] }

const faults = (body: unknown, expected = FINE, status = expected.statuses[0]!) =>
  validator.faults(
    write,
    { status, contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) },
    expected,
  )

describe('an answer is held against the schema of its status', () => {
  it('lets a described answer pass, with null where it may be', () => {
    expect(
      faults({ id: 'n1', size: '18446744073709551615', at: '2026-03-21T08:30:00Z', parent: null }),
    ).toEqual([])
  })

  it.each([
    ['a wrong type', { id: 7 }, '/id must be string'],
    ['a whole number that is no digits', { size: '1e3' }, '/size must match pattern "^[0-9]{1,20}$"'],
    ['a size as a number', { size: 3 }, '/size must be string'],
    ['a time that is none', { at: 'yesterday' }, '/at must match format "date-time"'],
    ['null where it may not be', { id: null }, '/id must be string'],
    ['a wrong type deep inside', { tags: [{ name: 'a' }, { name: 1 }] }, '/tags/1/name must be string'],
    ['nothing of what is described', { other: 1 }, 'the answer has none of the described fields'],
  ])('finds %s', (_, body, fault) => {
    expect(faults(body)).toEqual([fault])
  })

  it('finds a wrong status and checks the answer by the schema of the one that came', () => {
    expect(faults({ code: 'x' }, FINE, 500)).toEqual([
      'the status is 500, but 200 was expected',
      '/code must be integer',
    ])
  })

  it('finds an error with another code than expected', () => {
    expect(faults({ code: 16, message: 'no key' }, REFUSED)).toEqual([])
    expect(faults({ code: 7, message: 'no key' }, REFUSED)).toEqual([
      "the error's code is 7, but 16 was expected",
    ])
  })

  it('finds an error that does not name what it should', () => {
    const error = { code: 16, message: 'the key lacks NOTES_WRITE' }
    expect(faults(error, { ...REFUSED, naming: ['NOTES_WRITE'] })).toEqual([])
    expect(faults(error, { ...REFUSED, naming: ['NOTES_READ'] })).toEqual([
      'the error names none of NOTES_READ',
    ])
  })

  it('finds answers that are no JSON, or not called so', () => {
    const page = { status: 200, contentType: 'text/html', text: '<p>' }
    expect(validator.faults(write, page, FINE)).toEqual([
      'the Content-Type is text/html, but application/json is described',
      'the answer is no JSON',
    ])
  })
})

it('fields beyond the description are listed, not refused', () => {
  const answer = { id: 'n1', extra: 1, tags: [{ name: 'a', colour: 'b' }] }
  expect(validator.breaches(write.answers['200']!, answer)).toEqual([])
  expect(validator.additions(write.answers['200']!, answer)).toEqual(['extra', 'tags[].colour'])
})

it('a format nobody has thought of stops the run instead of passing unchecked', () => {
  expect(() => validator.breaches({ type: 'string', format: 'duration-of-a-tea' }, 'x')).toThrow(
    /duration-of-a-tea/,
  )
})
