import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MakeDeps } from '../make-values.ts'
import type { Schema } from '../operations.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from '../tiny-description.ts'
import { AnswerValidator } from '../validate-answer.ts'
import { arbitraryOf } from './value-arbitrary.ts'

const { schemas } = tinyDescription()
const deps: MakeDeps = {
  schemas,
  rulings: TINY_RULINGS,
  resource: (name) => (name === 'note_id' ? 'note 7' : undefined),
}
const sample = (schema: Schema, count = 300): unknown[] =>
  fc.sample(arbitraryOf(deps, schema), { numRuns: count, seed: 1 })

describe('values made from a schema', () => {
  const body = tinyOperation('Notes_Write').body!

  it('fit it, every one of them', () => {
    const validator = new AnswerValidator(schemas)
    fc.assert(
      fc.property(arbitraryOf(deps, body), (value) => {
        expect(validator.breaches(body, value)).toEqual([])
      }),
    )
  })

  it('have what is required, and each of the rest at times', () => {
    const values = sample(body) as Record<string, unknown>[]
    expect(values.every((value) => 'text' in value)).toBe(true)
    for (const key of ['colour', 'icon', 'size', 'steps']) {
      const having = values.filter((value) => key in value).length
      expect(having).toBeGreaterThan(0)
      expect(having).toBeLessThan(values.length)
    }
  })

  it('leave out what only answers have', () => {
    expect(sample(body).filter((value) => 'made_by' in (value as object))).toEqual([])
  })

  it('seldom have what the contract allows in place of something else only', () => {
    const having = sample(body).filter((value) => 'media' in (value as object)).length
    expect(having).toBeGreaterThan(0)
    expect(having).toBeLessThan(60)
  })

  it('choose one property where the contract says so', () => {
    const steps = sample({ $ref: '#/components/schemas/Step' }) as object[]
    expect(steps.every((step) => Object.keys(step).length === 1)).toBe(true)
    expect(new Set(steps.flatMap(Object.keys))).toEqual(new Set(['open', 'wait']))
  })

  it('name things that exist more often than others', () => {
    const open = { type: 'object', required: ['note_id'], properties: { note_id: { type: 'string' } } }
    const named = sample(open).filter((value) => (value as { note_id: string }).note_id === 'note 7')
    expect(named.length).toBeGreaterThan(150)
    expect(named.length).toBeLessThan(300)
  })

  it('go through every value of an enumeration, and give the example as it stands', () => {
    expect(new Set(sample({ type: 'string', enum: ['A', 'B', 'C'] }))).toEqual(new Set(['A', 'B', 'C']))
    expect(sample({ type: 'string', example: 'buy bread' })).toContain('buy bread')
    expect(sample({ type: 'string', format: 'uint64', example: 3 })).not.toContain(3)
  })

  it('end where a schema holds itself', () => {
    const tree: Schema = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
    }
    const values = fc.sample(arbitraryOf({ ...deps, schemas: { Tree: tree } }, tree), {
      numRuns: 50,
      seed: 1,
    })
    expect(values).toHaveLength(50)
  })

  it.each<[string, Schema, (value: unknown) => boolean]>([
    ['a constant', { const: 'X' }, (value) => value === 'X'],
    [
      'a choice',
      { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
      (value) => value === null || typeof value === 'boolean',
    ],
    [
      'bounds of a text',
      { type: 'string', minLength: 3, maxLength: 5 },
      (value) => /^.{3,5}$/s.test(String(value)),
    ],
    ['a pattern', { type: 'string', pattern: '^[a-z]{2,4}$' }, (value) => /^[a-z]{2,4}$/.test(String(value))],
    [
      'bounds of a number',
      { type: 'integer', minimum: 5, maximum: 7 },
      (value) => [5, 6, 7].includes(Number(value)),
    ],
    [
      'bounds of a list',
      { type: 'array', minItems: 2, maxItems: 2, items: { type: 'boolean' } },
      (value) => (value as unknown[]).length === 2,
    ],
  ])('obey %s', (_, schema, holds) => {
    expect(sample(schema, 100).filter((value) => !holds(value))).toEqual([])
  })

  it('stop at a type that nobody has thought of', () => {
    expect(() => arbitraryOf(deps, { type: 'tensor' }, 'x')).toThrow(/tensor cannot be made \(at x\)/)
  })
})
