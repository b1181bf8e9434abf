import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MakeDeps } from '../make-values.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from '../tiny-description.ts'
import { AnswerValidator, parseJson } from '../validate-answer.ts'
import { type FuzzRequest, requestArbitrary, type Target } from './request-arbitrary.ts'

const { schemas } = tinyDescription()
const deps: MakeDeps = {
  schemas,
  rulings: TINY_RULINGS,
  resource: (name) => (name === 'note_id' ? 'note 7' : undefined),
}
const targetOf = (id: 'Notes_Write' | 'Notes_Ring'): Target => ({
  operation: tinyOperation(id),
  served: true,
  right: { 'x-api-key': 'right' },
  wrong: [{}, { 'x-api-key': 'wrong' }],
})
const sample = (id: 'Notes_Write' | 'Notes_Ring', count = 2000): FuzzRequest[] =>
  fc.sample(requestArbitrary(deps, targetOf(id)), { numRuns: count, seed: 7 })

describe('random requests of an operation', () => {
  const requests = sample('Notes_Write', 4000)
  const validator = new AnswerValidator(schemas)
  const body = tinyOperation('Notes_Write').body!
  const holds = (share: number, test: (request: FuzzRequest) => boolean): void =>
    expect(requests.filter(test).length / requests.length).toBeGreaterThan(share)

  it('mostly show rightly who calls, and lead to it', () => {
    holds(0.8, ({ headers }) => headers['x-api-key'] === 'right')
    holds(0.7, ({ promise }) => promise.leads)
    holds(0.03, ({ promise }) => !promise.isKnown)
    expect(
      requests.filter(({ promise, headers }) => promise.isKnown !== (headers['x-api-key'] === 'right')),
    ).toEqual([])
  })

  it('have bodies that fit the schema, that nearly do, and that are no JSON at all', () => {
    const value = (request: FuzzRequest): unknown => parseJson(String(request.body))
    holds(
      0.2,
      (request) => value(request) !== undefined && validator.breaches(body, value(request)).length === 0,
    )
    holds(
      0.2,
      (request) => value(request) !== undefined && validator.breaches(body, value(request)).length > 0,
    )
    holds(0.05, (request) => value(request) === undefined)
  })

  it.each<[string, (request: FuzzRequest) => boolean]>([
    ['half surrogate pairs', ({ body: sent }) => /\\ud[89a-f]/i.test(String(sent))],
    ['NUL', ({ body: sent }) => String(sent).includes('\\u0000')],
    [
      'bytes that are no UTF-8',
      ({ body: sent }) => sent !== null && !Buffer.from(sent.toString()).equals(sent),
    ],
    ['more than 256 KiB', ({ body: sent }) => (sent?.length ?? 0) > 256 * 1024],
    ['nesting beyond 32 levels', ({ body: sent }) => /(\[{40}|(\{"\w+":){33})/.test(String(sent))],
    ['a key twice', ({ body: sent }) => (String(sent).match(/"text":/g) ?? []).length > 1],
    ['another Content-Type', ({ headers }) => headers['content-type'] === 'text/plain'],
    ['no Content-Type', ({ headers, body: sent }) => sent !== null && headers['content-type'] === undefined],
    ['another method', ({ method }) => method === 'DELETE'],
    ['a junk query', ({ path }) => path.includes('?{}')],
    ['a broken path', ({ path, promise }) => path.includes('/%zz') && !promise.leads],
    ['headers of more than 32 KiB', ({ headers, promise }) => 'x-huge' in headers && !promise.leads],
  ])('hold %s at times', (_, test) => {
    expect(requests.some(test)).toBe(true)
  })

  it('can all be sent: nothing in path or headers that no client could write', () => {
    for (const { path, headers } of [...requests, ...sample('Notes_Ring')]) {
      expect(path).toMatch(/^\/[\x21-\xff]*$/)
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/)
    }
  })

  it('lead to the operation only where each part of the path can be read', () => {
    for (const { path, promise } of requests) {
      if (!promise.leads) continue
      const [, v1, notes, id = '', ...more] = path.split('?', 1)[0]!.split('/')
      expect([v1, notes, more]).toEqual(['v1', 'notes', []])
      expect(decodeURIComponent(id)).not.toBe('')
    }
  })

  it('set query parameters from their schemas, leave them out, and repeat them', () => {
    const queries = sample('Notes_Ring').map(({ path }) => new URLSearchParams(path.split('?')[1] ?? ''))
    expect(queries.some((query) => query.get('tone') === 'LOW')).toBe(true)
    expect(queries.some((query) => !query.has('tone'))).toBe(true)
    expect(queries.some((query) => query.getAll('tone').length === 2)).toBe(true)
    expect(queries.some((query) => query.get('do.ask') === '{}')).toBe(true)
  })

  it('give one query parameter of a choice, mostly, and leave the required others empty', () => {
    const queries = sample('Notes_Ring').map(({ path }) => new URLSearchParams(path.split('?')[1] ?? ''))
    const given = queries.map((query) => ['do.open', 'do.ask'].filter((name) => query.get(name)).length)
    expect(given.filter((count) => count === 1).length).toBeGreaterThan(queries.length / 3)
    expect(given).toContain(2)
    expect(queries.some((query) => query.get('do.open') === '' && query.get('do.ask'))).toBe(true)
  })

  it('are the same for the same seed', () => {
    expect(sample('Notes_Write', 50)).toEqual(sample('Notes_Write', 50))
  })
})
