import * as Type from 'typebox'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { ButtonError, PayloadError } from './button-errors.ts'
import { action, serverLink, targetNameOf } from './click-target.ts'

const pick = action('pick', Type.Object({ day: Type.String({ minLength: 1 }), count: Type.Integer() }))
const choose = action(
  'choose',
  v.object({ colour: v.picklist(['red', 'green']), at: v.pipe(v.string(), v.transform(Number)) }),
)

describe('a target with a TypeBox schema', () => {
  test('draws a button that its own reading understands', () => {
    const button = pick.button('Saturday', { day: 'sat', count: 2 }, { icon: 'EVENT_NOTE' })
    expect(button).toEqual({
      caption: 'Saturday',
      icon: 'EVENT_NOTE',
      action: { get_dynamic_action: { data: { action: 'pick', data: { day: 'sat', count: 2 } } } },
    })
    const read = pick.read({ action: 'pick', data: { day: 'sat', count: 2 } })
    expectTypeOf(read).toEqualTypeOf<{ day: string; count: number }>()
    expect(read).toEqual({ day: 'sat', count: 2 })
  })

  test('refuses to draw what it would not understand, naming every wrong field', () => {
    // @ts-expect-error both are wrong
    const draw = () => pick.button('Saturday', { day: '', count: 'two' })
    expect(draw).toThrow(PayloadError)
    expect(draw).toThrow(/a button of "pick".*day must have at least 1 character.*count must be an integer/)
  })

  test('says of a click that breaks the schema what to do about old buttons', () => {
    expect(() => pick.read({ action: 'pick', data: { day: 'sat' } })).toThrow(
      /"pick".*count is required.*Buttons drawn before/,
    )
    expect(() => pick.read({ action: 'pick' })).toThrow(PayloadError)
  })
})

describe('a target with a Standard Schema', () => {
  test('is drawn with the input and handled with the output', () => {
    const button = choose.button('Red', { colour: 'red', at: '12' })
    expect(button.action).toEqual({
      get_dynamic_action: { data: { action: 'choose', data: { colour: 'red', at: '12' } } },
    })
    const read = choose.read({ action: 'choose', data: { colour: 'red', at: '12' } })
    expectTypeOf(read).toEqualTypeOf<{ colour: 'red' | 'green'; at: number }>()
    expect(read).toEqual({ colour: 'red', at: 12 })
  })

  test('names the field', () => {
    // @ts-expect-error blue is no colour
    expect(() => choose.button('Blue', { colour: 'blue', at: '12' })).toThrow(/colour .*"red" \| "green"/)
  })

  test('with asynchronous checks is told so', () => {
    const slow = action(
      'slow',
      v.objectAsync({
        a: v.pipeAsync(
          v.string(),
          v.checkAsync(async () => true),
        ),
      }),
    )
    expect(() => slow.button('x', { a: 'x' })).toThrow(/valibot checks asynchronously/)
  })
})

describe('a target without payload', () => {
  test('is drawn without', () => {
    const help = serverLink('help')
    expect(help.button('Help', { icon: 'HELP' })).toEqual({
      caption: 'Help',
      icon: 'HELP',
      action: { open_server_link: { data: { action: 'help' } } },
    })
    expect(help.with()).toEqual({ open_server_link: { data: { action: 'help' } } })
    expect(help.read({ action: 'help', data: 'whatever' })).toBeUndefined()
    // @ts-expect-error there is no payload to give
    help.button('Help', { day: 'sat' })
  })
})

test('what is checked is what comes back after JSON', () => {
  const when = action('when', v.object({ at: v.date() }))
  expect(() => when.button('Now', { at: new Date(0) })).toThrow(/at .*Date/)
})

test('a payload of more than 4 KiB is refused where it is drawn', () => {
  const big = action('big', Type.Object({ text: Type.String() }))
  expect(() => big.button('x', { text: 'ط'.repeat(2100) })).toThrow(/at most 4096 bytes/)
})

test('what is no name or no schema is refused at once', () => {
  expect(() => action('')).toThrow(ButtonError)
  expect(() => serverLink('x'.repeat(101))).toThrow(/serverLink\(\) needs a name/)
  // @ts-expect-error a schema is an object
  expect(() => action('x', 'string')).toThrow(/must be a TypeBox schema/)
})

test('data of somebody else has no name', () => {
  expect(targetNameOf({ action: 'pick' })).toBe('pick')
  expect(targetNameOf({ action: { deep: true } })).toBeUndefined()
  expect(targetNameOf({})).toBeUndefined()
})
