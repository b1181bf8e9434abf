import * as Type from 'typebox'
import { type Action, ActionInput, normalizeAction } from './button-action.ts'
import { isJsonObject } from './json-object.ts'
import type { Report } from './parse.ts'
import { codePoints, isLongerThan } from './text-length.ts'

export type { Action }

/** Limits of a grid (wire contract §2); captions in Unicode code points. */
export const MAX_ROWS = 3
export const MAX_BUTTONS_IN_ROW = 3
export const MAX_CAPTION_LENGTH = 100

/** A button in normal form. An icon outside the public list is kept: pages show a fallback glyph for it. */
export interface Button {
  action: Action
  caption: string
  icon?: string
}

export interface ButtonRow {
  buttons: Button[]
}

/** A grid in normal form: 1 to 3 rows of 1 to 3 buttons. */
export interface ButtonGrid {
  rows: ButtonRow[]
}

export const ButtonInput = Type.Object({
  action: Type.Optional(ActionInput),
  caption: Type.Optional(Type.String({ description: 'the text on the button, 1 to 100 characters' })),
  icon: Type.Optional(Type.String({ description: 'the name of an icon' })),
  icon_name: Type.Optional(Type.String({ description: 'older form of icon, used when icon is absent' })),
})

/** The input form of a grid; its limits are {@link normalizeGrid}'s, counted after empty rows are dropped. */
export const ButtonGridInput = Type.Object({
  rows: Type.Optional(
    Type.Array(
      Type.Object({
        buttons: Type.Optional(Type.Array(ButtonInput, { description: 'at most 3 buttons' })),
      }),
      { description: 'at most 3 rows' },
    ),
  ),
})

/**
 * A grid in normal form, or undefined when there is none or it is empty (wire contract §2). Every breach is
 * reported under `field`; then the result is worthless. Never throws, whatever `input` is; normalising a normal
 * form gives it again.
 */
export function normalizeGrid(input: unknown, field: string, report: Report): ButtonGrid | undefined {
  if (input === undefined || input === null) return undefined
  if (!isJsonObject(input)) {
    report(field, 'must be a JSON object such as {"rows": [{"buttons": […]}]}')
    return undefined
  }
  const given = items(input.rows, `${field}.rows`, report)
  const rows: ButtonRow[] = []
  for (const [i, row] of given.entries()) {
    const buttons = normalizeRow(row, `${field}.rows[${i}]`, report)
    if (buttons.length > 0) rows.push({ buttons })
  }
  if (rows.length > MAX_ROWS) {
    report(`${field}.rows`, `must have at most ${MAX_ROWS} rows, but has ${rows.length}; leave some out`)
  }
  return rows.length === 0 ? undefined : { rows }
}

function normalizeRow(row: unknown, field: string, report: Report): Button[] {
  if (row === undefined || row === null) return []
  if (!isJsonObject(row)) {
    report(field, 'must be a JSON object such as {"buttons": […]}')
    return []
  }
  const buttons: Button[] = []
  const given = items(row.buttons, `${field}.buttons`, report)
  let count = 0
  for (const [i, input] of given.entries()) {
    if (input === undefined || input === null) continue
    count++
    const button = normalizeButton(input, `${field}.buttons[${i}]`, report)
    if (button) buttons.push(button)
  }
  if (count > MAX_BUTTONS_IN_ROW) {
    const description = `must have at most ${MAX_BUTTONS_IN_ROW} buttons, but has ${count}; use another row`
    report(`${field}.buttons`, description)
  }
  return buttons
}

function normalizeButton(input: unknown, field: string, report: Report): Button | undefined {
  if (!isJsonObject(input)) {
    report(field, 'must be a JSON object with action and caption')
    return undefined
  }
  const action = normalizeAction(input.action, `${field}.action`, report)
  const caption = normalizeCaption(input.caption, `${field}.caption`, report)
  const icon = normalizeIcon(input, field, report)
  if (action === undefined || caption === undefined) return undefined
  return icon === undefined ? { action, caption } : { action, caption, icon }
}

/** A button's caption, 1 to 100 code points; reports under `field` and gives undefined when it is not one. */
export function normalizeCaption(input: unknown, field: string, report: Report): string | undefined {
  if (input === undefined || input === null || input === '') {
    report(field, `is required; send the text on the button, 1 to ${MAX_CAPTION_LENGTH} characters`)
    return undefined
  }
  if (typeof input !== 'string') {
    report(field, 'must be a string')
    return undefined
  }
  if (isLongerThan(input, MAX_CAPTION_LENGTH)) {
    report(field, `must have at most ${MAX_CAPTION_LENGTH} characters, but has ${codePoints(input)}`)
    return undefined
  }
  return input
}

/** The icon's name as sent, known or not: `icon`, else the older `icon_name`; empty strings count as absent. */
export function normalizeIcon(
  input: Record<string, unknown>,
  field: string,
  report: Report,
): string | undefined {
  for (const name of ['icon', 'icon_name']) {
    const value = input[name]
    if (value === undefined || value === null || value === '') continue
    if (typeof value === 'string') return value
    report(`${field}.${name}`, 'must be a string with the name of an icon')
    return undefined
  }
  return undefined
}

function items(input: unknown, field: string, report: Report): readonly unknown[] {
  if (input === undefined || input === null) return []
  if (Array.isArray(input)) return input
  report(field, 'must be an array')
  return []
}
