import { normalizeAction } from '@charsu/protocol/button-action'
import { type Action, type Button, normalizeCaption } from '@charsu/protocol/button-grid'
import { quoted } from '@charsu/protocol/text-length'
import { ButtonError } from './button-errors.ts'

export type { Action, Button }

export interface ButtonOptions {
  /** The name of an icon; one that Charsu does not know is shown as a plain sign. */
  icon?: string
}

/**
 * A button that opens a web page in a new tab (wire contract §2, `open_direct_link`).
 *
 * @param caption 1 to 100 characters.
 * @param url absolute, http or https, at most 2048 characters.
 * @throws ButtonError that says what is wrong.
 * @example
 * ```ts run
 * import { grid, link } from '@charsu/sdk'
 *
 * const buttons = grid([[link('On the map', 'https://www.openstreetmap.org/', { icon: 'MAP' })]])
 * ```
 */
export const link = (caption: string, url: string, options?: ButtonOptions): Button =>
  makeButton(caption, { open_direct_link: url }, options)

/**
 * A button that opens the page of a post (wire contract §2, `open_post_page`).
 *
 * @throws ButtonError that says what is wrong.
 * @example
 * ```ts run
 * import { postPage } from '@charsu/sdk'
 *
 * const button = postPage('See the flat', 'flat')
 * ```
 */
export const postPage = (caption: string, postToken: string, options?: ButtonOptions): Button =>
  makeButton(caption, { open_post_page: { post_token: postToken } }, options)

/**
 * A button that opens the page where a post's owner manages it (wire contract §2, `open_post_manage_page`): for the
 * seller only.
 *
 * @throws ButtonError that says what is wrong.
 * @example
 * ```ts run
 * import { postManagePage } from '@charsu/sdk'
 *
 * const button = postManagePage('Change the price', 'flat')
 * ```
 */
export const postManagePage = (caption: string, postToken: string, options?: ButtonOptions): Button =>
  makeButton(caption, { open_post_manage_page: { post_token: postToken } }, options)

/** @throws ButtonError */
export function makeButton(caption: string, action: Action, options: ButtonOptions = {}): Button {
  const faults: string[] = []
  const report = (field: string, description: string): void => {
    faults.push(`${field} ${description}`)
  }
  const text = normalizeCaption(caption, 'caption', report)
  const does = normalizeAction(action, 'action', report)
  const name = typeof caption === 'string' && caption !== '' ? `the button ${quoted(caption)}` : 'a button'
  if (text === undefined || does === undefined || faults.length > 0) {
    throw new ButtonError(`${name}: ${faults.join('; ')}`)
  }
  const { icon } = options
  return icon === undefined ? { caption: text, action: does } : { caption: text, action: does, icon }
}
