import {
  type Button,
  type ButtonGrid,
  MAX_BUTTONS_IN_ROW,
  MAX_ROWS,
  normalizeGrid,
} from '@charsu/protocol/button-grid'
import { GridError } from './button-errors.ts'

export type { ButtonGrid }

/** 1 to 3 buttons, side by side. */
export type ButtonRow = readonly [Button] | readonly [Button, Button] | readonly [Button, Button, Button]

/** 1 to 3 rows. */
export type ButtonRows =
  | readonly [ButtonRow]
  | readonly [ButtonRow, ButtonRow]
  | readonly [ButtonRow, ButtonRow, ButtonRow]

/**
 * A grid of buttons: at most 3 rows of at most 3 buttons (wire contract §2). A grid too wide or too high does not
 * compile. For a list whose length is known only at run time there is {@link fillGrid}.
 *
 * @throws GridError with the place and what to write instead.
 * @example
 * ```ts run
 * import { action, grid, link } from '@charsu/sdk'
 *
 * const yes = action('yes')
 * const no = action('no')
 * const buttons = grid([
 *   [yes.button('Yes'), no.button('No')],
 *   [link('How this works', 'https://example.com/guide')],
 * ])
 * ```
 */
export function grid(rows: ButtonRows): ButtonGrid {
  return checkedGrid(rows)
}

/**
 * A grid of a list of 1 to 9 buttons, row by row.
 *
 * @param layout `columns`, 1 to 3: how many stand side by side. By default as few as 3 rows allow, so that captions
 * have room.
 * @throws GridError when there are none, or more than fit.
 * @example
 * ```ts run
 * import * as Type from 'typebox'
 * import { action, fillGrid } from '@charsu/sdk'
 *
 * const pick = action('pick', Type.Object({ day: Type.String() }))
 * const days = ['Saturday', 'Sunday', 'Monday', 'Tuesday']
 * const buttons = fillGrid(days.map((day) => pick.button(day, { day })), { columns: 2 })
 * ```
 */
export function fillGrid(buttons: readonly Button[], layout: { columns?: 1 | 2 | 3 } = {}): ButtonGrid {
  const count = buttons.length
  const columns = layout.columns ?? Math.max(1, Math.min(Math.ceil(count / MAX_ROWS), MAX_BUTTONS_IN_ROW))
  if (![1, 2, 3].includes(columns)) {
    throw new GridError('the grid', `has ${columns} columns, but must have 1, 2 or 3`)
  }
  if (count === 0) {
    throw new GridError('the grid', 'has no buttons; give at least one, or leave the grid out')
  }
  const room = columns * MAX_ROWS
  if (count > room) {
    const more = MAX_ROWS * MAX_BUTTONS_IN_ROW
    const fix =
      count <= more
        ? `use { columns: ${Math.ceil(count / MAX_ROWS)} }`
        : `a grid has at most ${more}: show the first ${more - 1} and a button for more`
    throw new GridError('the grid', `has ${count} buttons, but ${room} fit into ${columns} columns; ${fix}`)
  }
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) =>
    buttons.slice(row * columns, (row + 1) * columns),
  )
  return checkedGrid(rows)
}

function checkedGrid(rows: readonly (readonly Button[])[]): ButtonGrid {
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    throw new GridError(
      'the grid',
      'must be a list of rows, each a list of buttons: grid([[one, two], [three]])',
    )
  }
  for (const [i, row] of rows.entries()) {
    if (row.length === 0) throw new GridError(`row ${i + 1}`, 'is empty; leave it out')
  }
  if (rows.length === 0) throw new GridError('the grid', 'has no rows; leave the grid out')
  const made = normalizeGrid(
    { rows: rows.map((row) => ({ buttons: row })) },
    'grid',
    (field, description) => {
      throw new GridError(placeOf(field), sentence(field, description))
    },
  )
  if (made === undefined) throw new GridError('the grid', 'has no buttons; leave it out')
  return made
}

/** `grid.rows[1].buttons[2].caption` is row 2, button 3. */
function placeOf(field: string): string {
  const [row, button] = [...field.matchAll(/\[(\d+)\]/g)].map((found) => Number(found[1]) + 1)
  if (row === undefined) return 'the grid'
  return button === undefined ? `row ${row}` : `row ${row}, button ${button}`
}

function sentence(field: string, description: string): string {
  const last = /\]\.(?!buttons)(.+)$/.exec(field)?.[1]
  return last === undefined ? description : `${last} ${description}`
}
