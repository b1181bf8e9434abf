import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addButton,
  hasRoom,
  kindOf,
  moveButton,
  type Rows,
  removeButton,
  rowsOf,
  setButton,
  withRows,
} from './grid-rows.ts'

const b = (caption: string) => ({ caption })
const captions = (rows: Rows) => rows.map((row) => row.map(({ caption }) => caption).join('')).join('/')
const grid = (text: string): Rows => text.split('/').map((row) => [...row].map(b))

test('a grid is read as far as it is one, whatever else was typed', () => {
  expect(rowsOf({ rows: [{ buttons: [b('a'), 7, null] }, 'x', { buttons: 3 }] })).toEqual([[b('a')], [], []])
  for (const odd of [undefined, null, 7, 'x', [], { rows: 'x' }]) expect(rowsOf(odd)).toEqual([])
})

test('what the form does not show stays in the message; a grid without buttons goes', () => {
  const draft = { message: 'hi', extra: 1, sender_buttons: { rows: [] } }
  expect(withRows(draft, 'sender_buttons', grid('a'))).toEqual({
    message: 'hi',
    extra: 1,
    sender_buttons: { rows: [{ buttons: [b('a')] }] },
  })
  expect(withRows(draft, 'sender_buttons', [])).toEqual({ message: 'hi', extra: 1 })
})

test('buttons are added where there is room, changed and removed', () => {
  expect(captions(addButton(grid('ab'), 0, b('c')))).toBe('abc')
  expect(captions(addButton(grid('ab'), 1, b('c')))).toBe('ab/c')
  expect([0, 1].map((row) => hasRoom(grid('abc'), row))).toEqual([false, true])
  expect(hasRoom(grid('a/b/c'), 3)).toBe(false)
  expect(captions(setButton(grid('ab/c'), { row: 0, column: 1 }, b('x')))).toBe('ax/c')
  expect(captions(removeButton(grid('ab/c'), { row: 1, column: 0 }))).toBe('ab')
})

describe('a button moves', () => {
  const move = (text: string, from: [number, number], to: [number, number]) => {
    const moved = moveButton(grid(text), { row: from[0], column: from[1] }, { row: to[0], column: to[1] })
    return moved && `${captions(moved.rows)} ${moved.at.row},${moved.at.column}`
  }

  test('within its row, into another, and into a row of its own', () => {
    expect(move('abc', [0, 0], [0, 1])).toBe('bac 0,1')
    expect(move('ab/c', [0, 1], [1, 0])).toBe('a/bc 1,0')
    expect(move('ab/c', [0, 0], [2, 0])).toBe('b/c/a 2,0')
    expect(move('a/bc', [0, 0], [1, 2])).toBe('bca 0,2')
  })

  test('not where it stands, nor where there is no room', () => {
    expect(move('abc/d', [1, 0], [0, 0])).toBeNull()
    expect(move('ab', [0, 0], [0, 0])).toBeNull()
    expect(move('ab/c/d', [0, 0], [3, 0])).toBeNull()
    expect(move('a', [0, 0], [-1, 0])).toBeNull()
  })

  test('and no button is lost or doubled, wherever it is dropped', () => {
    const row = fc.array(fc.constantFrom('a', 'b', 'c').map(b), { minLength: 1, maxLength: 3 })
    const place = fc.record({ row: fc.integer({ min: 0, max: 4 }), column: fc.integer({ min: 0, max: 4 }) })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), place, place, (rows, from, to) => {
        const moved = moveButton(rows, from, to)
        if (moved === null) return
        expect(new Set(moved.rows.flat())).toEqual(new Set(rows.flat()))
        expect(moved.rows.flat()).toHaveLength(rows.flat().length)
        expect(moved.rows.length).toBeLessThanOrEqual(3)
        for (const each of moved.rows) expect(each.length).toBeLessThanOrEqual(3)
        expect(moved.rows[moved.at.row]![moved.at.column]).toBe(rows[from.row]![from.column])
      }),
    )
  })
})

test('a button’s kind is the first that it names', () => {
  expect(kindOf({ open_server_link: {} })).toBe('open_server_link')
  for (const odd of [undefined, null, 'x', {}, { fly: 1 }]) expect(kindOf(odd)).toBeNull()
})
