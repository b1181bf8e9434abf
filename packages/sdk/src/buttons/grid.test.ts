import { normalizeGrid } from '@charsu/protocol/button-grid'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Button, link, postManagePage, postPage } from './button.ts'
import { GridError } from './button-errors.ts'
import { fillGrid, grid } from './grid.ts'

const b = (caption: string): Button => link(caption, 'https://example.com/')
const many = (count: number): Button[] => Array.from({ length: count }, (_, i) => b(`${i + 1}`))

describe('grid', () => {
  test('puts buttons where they stand', () => {
    const made = grid([[b('one'), b('two')], [postPage('three', 'flat')]])
    expect(made.rows.map((row) => row.buttons.map(({ caption }) => caption))).toEqual([
      ['one', 'two'],
      ['three'],
    ])
    expect(made.rows[1]?.buttons[0]?.action).toEqual({ open_post_page: { post_token: 'flat' } })
  })

  test('a grid too wide or too high does not compile, and says so at run time', () => {
    // @ts-expect-error four in a row
    expect(() => grid([[b('1'), b('2'), b('3'), b('4')]])).toThrow(
      new GridError('row 1', 'must have at most 3 buttons, but has 4; use another row'),
    )
    // @ts-expect-error four rows
    expect(() => grid([[b('1')], [b('2')], [b('3')], [b('4')]])).toThrow(/the grid: .*at most 3 rows/)
    // @ts-expect-error a list whose length nobody knows
    expect(() => grid([many(9)])).toThrow(GridError)
    // @ts-expect-error an empty row
    expect(() => grid([[b('1')], []])).toThrow('row 2: is empty; leave it out')
    // @ts-expect-error nothing
    expect(() => grid([])).toThrow('the grid: has no rows; leave the grid out')
  })

  test('names the button that is wrong', () => {
    const bad = { caption: '', action: { open_direct_link: 'https://example.com/' } }
    expect(() => grid([[b('fine')], [b('fine'), bad]])).toThrow(
      /^row 2, button 2: caption is required; send the text on the button/,
    )
    const nothing = { caption: 'x', action: { open_driect_link: 'https://example.com/' } }
    // @ts-expect-error an action that is none
    expect(() => grid([[nothing]])).toThrow(/row 1, button 1: action .*open_direct_link/)
  })

  test('says what is wrong with what is no grid at all', () => {
    for (const input of [undefined, null, 'x', {}, [b('x')], [[null]], [['x']]]) {
      // @ts-expect-error hostile on purpose
      expect(() => grid(input)).toThrow(GridError)
    }
  })
})

describe('fillGrid', () => {
  test('fills any list of 1 to 9 into what Charsu takes, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (count) => {
        const buttons = many(count)
        const made = fillGrid(buttons)
        expect(made.rows.flatMap((row) => row.buttons)).toEqual(buttons)
        expect(
          normalizeGrid(made, 'grid', (field, fault) => {
            throw new Error(`${field} ${fault}`)
          }),
        ).toEqual(made)
      }),
    )
  })

  test('gives captions the most room by default', () => {
    expect(fillGrid(many(3)).rows.map((row) => row.buttons.length)).toEqual([1, 1, 1])
    expect(fillGrid(many(4)).rows.map((row) => row.buttons.length)).toEqual([2, 2])
    expect(fillGrid(many(3), { columns: 3 }).rows.map((row) => row.buttons.length)).toEqual([3])
  })

  test('says how more would fit, or that they cannot', () => {
    expect(() => fillGrid(many(4), { columns: 1 })).toThrow(/4 buttons, but 3 fit.*use \{ columns: 2 \}/)
    expect(() => fillGrid(many(10))).toThrow(/at most 9.*show the first 8/)
    expect(() => fillGrid([])).toThrow('has no buttons')
    // @ts-expect-error too many columns
    expect(() => fillGrid(many(2), { columns: 4 })).toThrow('has 4 columns')
  })
})

describe('buttons that need nobody', () => {
  test('are refused where they are made', () => {
    expect(() => link('x', 'javascript:alert(1)')).toThrow(/the button "x": .*http or https/)
    expect(() => link('x'.repeat(101), 'https://example.com/')).toThrow(/at most 100 characters, but has 101/)
    expect(() => postPage('x', 'no such token!')).toThrow(/post_token must be a post token/)
    expect(() => postManagePage('', 'flat')).toThrow(/a button: caption is required/)
  })

  test('carry an icon only when one is given', () => {
    expect(link('x', 'https://example.com/', { icon: 'MAP' })).toHaveProperty('icon', 'MAP')
    expect(link('x', 'https://example.com/')).not.toHaveProperty('icon')
  })
})
