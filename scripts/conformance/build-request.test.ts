import { describe, expect, it } from 'vitest'
import { badShapes, goodShapes, unknownShape } from './build-request.ts'
import type { MakeDeps } from './make-values.ts'
import { TINY_RULINGS, tinyDescription, tinyOperation } from './tiny-description.ts'
import { AnswerValidator } from './validate-answer.ts'

const { schemas } = tinyDescription()
const deps: MakeDeps = {
  schemas,
  rulings: TINY_RULINGS,
  resource: (name) => (name === 'note_id' ? 'note 7' : undefined),
}
const write = tinyOperation('Notes_Write')
const ring = tinyOperation('Notes_Ring')
const bodies = (shapes: { body: string | null }[]) => shapes.map(({ body }) => JSON.parse(body ?? 'null'))

describe('requests that the description allows', () => {
  it('begin with the least one, then send everything described once', () => {
    const common = { text: 'buy bread', size: '3', mood: 'some words' }
    expect(bodies(goodShapes(deps, write))).toEqual([
      { text: 'buy bread' },
      { ...common, colour: 'RED', icon: 'STAR', steps: [{ open: { note_id: 'note 7' } }] },
      { ...common, colour: 'BLUE', icon: 'MOON', steps: [{ wait: 1 }] },
    ])
  })

  it('name what exists in the path', () => {
    expect(goodShapes(deps, write)[0]).toMatchObject({ method: 'POST', path: '/v1/notes/note%207' })
  })

  it('set one parameter of a choice at a time and leave the required others empty', () => {
    expect(goodShapes(deps, ring).map(({ path }) => path)).toEqual([
      '/v1/ring?tone=LOW&do.open=some+words',
      '/v1/ring?tone=HIGH&do.open=&do.ask=%7B%7D',
    ])
  })

  it('stop at a keyword the generator does not know', () => {
    const odd = { ...write, body: { type: 'string', pattern: '^a+$' } }
    expect(() => goodShapes(deps, odd)).toThrow(/pattern/)
  })
})

describe('requests that break the description', () => {
  it('break one place each: types, enumerations, what is required, JSON itself', () => {
    const faults = badShapes(deps, write).map(({ fault }) => fault)
    expect(faults).toEqual(
      expect.arrayContaining([
        'the body is a text',
        'text is a number',
        'text is missing',
        'colour is outside its enumeration',
        'steps is a text',
        'steps[0].open.note_id is missing',
        'steps[0].wait is a text',
        'the body is no JSON',
      ]),
    )
    expect(new Set(faults).size).toBe(faults.length)
    expect(faults).toContain('size is a text')
    expect(faults).not.toContain('icon is outside its enumeration')
    expect(faults.filter((fault) => fault.startsWith('mood'))).toEqual([])
  })

  it('never fit the schema, as the good ones always do', () => {
    const validator = new AnswerValidator(schemas)
    for (const body of bodies(goodShapes(deps, write))) {
      expect(validator.breaches(write.body!, body)).toEqual([])
    }
    const broken = badShapes(deps, write).filter(({ body }) => body !== '{"')
    for (const body of bodies(broken)) expect(validator.breaches(write.body!, body)).not.toEqual([])
  })

  it('break the query where there is no body', () => {
    expect(badShapes(deps, ring).map(({ fault }) => fault)).toEqual([
      'tone is outside its enumeration',
      'do.ask is no JSON',
    ])
  })
})

it('a request for what does not exist is made only where the path names something', () => {
  expect(unknownShape(deps, write, 'nothing')?.path).toBe('/v1/notes/nothing')
  expect(unknownShape(deps, ring, 'nothing')).toBeNull()
})
