import { ACTION_KINDS, type ActionKind } from '@charsu/protocol/button-action'
import { MAX_BUTTONS_IN_ROW, MAX_ROWS } from '@charsu/protocol/button-grid'

/** A JSON object as it is being written: anything may be missing or wrong. */
export type Draft = Readonly<Record<string, unknown>>

/** Rows of buttons, as written. */
export type Rows = readonly (readonly Draft[])[]

export interface Cell {
  row: number
  column: number
}

export const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The buttons of a grid as far as it is one; anything else counts as no button. */
export function rowsOf(grid: unknown): Rows {
  const rows = isDraft(grid) && Array.isArray(grid.rows) ? grid.rows : []
  return rows.map((row: unknown) =>
    isDraft(row) && Array.isArray(row.buttons) ? row.buttons.filter(isDraft) : [],
  )
}

/** `draft` with these rows as its `member`; without the member where no button is left. */
export function withRows(draft: Draft, member: string, rows: Rows): Draft {
  const kept = rows.filter((row) => row.length > 0)
  const { [member]: _, ...rest } = draft
  return kept.length === 0 ? rest : { ...rest, [member]: { rows: kept.map((buttons) => ({ buttons })) } }
}

export const buttonAt = (rows: Rows, { row, column }: Cell): Draft | undefined => rows[row]?.[column]

export const setButton = (rows: Rows, { row, column }: Cell, button: Draft): Rows =>
  rows.map((buttons, i) => (i === row ? buttons.with(column, button) : buttons))

export const hasRoom = (rows: Rows, row: number): boolean =>
  row < rows.length ? rows[row]!.length < MAX_BUTTONS_IN_ROW : rows.length < MAX_ROWS

/** Adds a button at the end of a row, or as a new last row. */
export const addButton = (rows: Rows, row: number, button: Draft): Rows =>
  row < rows.length
    ? rows.map((buttons, i) => (i === row ? [...buttons, button] : buttons))
    : [...rows, [button]]

export const removeButton = (rows: Rows, { row, column }: Cell): Rows =>
  rows
    .map((buttons, i) => (i === row ? buttons.toSpliced(column, 1) : buttons))
    .filter((buttons) => buttons.length > 0)

/**
 * Moves a button before the one at `to`, or to the end of that row; `to.row` beyond the last makes a new row. The
 * place where it stands then, or null where there is no room for it.
 */
export function moveButton(rows: Rows, from: Cell, to: Cell): { rows: Rows; at: Cell } | null {
  const button = buttonAt(rows, from)
  if (button === undefined || to.row < 0 || to.column < 0) return null
  const without = rows.map((buttons, i) => (i === from.row ? buttons.toSpliced(from.column, 1) : buttons))
  const row = Math.min(to.row, without.length)
  const target = without[row] ?? []
  if (target.length >= MAX_BUTTONS_IN_ROW) return null
  const column = Math.min(to.column, target.length)
  const placed =
    row === without.length ? [...without, [button]] : without.with(row, target.toSpliced(column, 0, button))
  const kept = placed.filter((buttons) => buttons.length > 0)
  if (kept.length > MAX_ROWS) return null
  const at = { row: kept.findIndex((buttons) => buttons.includes(button)), column }
  return same(rows, kept) ? null : { rows: kept, at }
}

const same = (a: Rows, b: Rows): boolean =>
  a.length === b.length &&
  a.every((row, i) => row.length === b[i]!.length && row.every((button, j) => button === b[i]![j]))

/** The first kind of action that a button names, or null. */
export function kindOf(action: unknown): ActionKind | null {
  return isDraft(action) ? (ACTION_KINDS.find((kind) => action[kind] !== undefined) ?? null) : null
}
