import { isJsonObject, type JsonObject } from '@charsu/protocol/json-object'
import { type Action, type Button, type ButtonOptions, makeButton } from './button.ts'
import { ButtonError, PayloadError } from './button-errors.ts'
import {
  type PayloadInput,
  type PayloadOutput,
  type PayloadSchema,
  payloadReader,
  type ReadPayload,
} from './payload-schema.ts'

/** Which call a click on the button makes to the app. */
export type ClickKind = 'action' | 'session'

/** What both draws buttons and handles their clicks. */
export interface ClickTarget<Kind extends ClickKind = ClickKind, Data = unknown> {
  readonly kind: Kind
  readonly name: string
  /**
   * The payload of a click's data.
   * @throws PayloadError when it does not fit the schema.
   */
  read(data: JsonObject): Data
}

/** A target whose buttons carry nothing. */
export interface PlainTarget<Kind extends ClickKind = ClickKind> extends ClickTarget<Kind, undefined> {
  /** @throws ButtonError for a caption that is not 1 to 100 characters. */
  button(caption: string, options?: ButtonOptions): Button
  /** What the button does, without a button: for `ctx.run`. */
  with(): Action
}

/** A target whose buttons carry a payload. */
export interface PayloadTarget<Kind extends ClickKind, Input, Data> extends ClickTarget<Kind, Data> {
  /**
   * @throws PayloadError for a payload that does not fit the schema, naming every wrong field.
   * @throws ButtonError for a caption that is not 1 to 100 characters, or a payload of more than 4 KiB.
   */
  button(caption: string, payload: Input, options?: ButtonOptions): Button
  /** What the button does, without a button: for `ctx.run`. */
  with(payload: Input): Action
}

/**
 * An action that your app carries out when its button is pressed (wire contract §3, `get_dynamic_action`): one value
 * draws the button and handles the click, so both agree on the payload. Its schema
 * is of TypeBox, or of any library that speaks Standard Schema.
 *
 * @param name tells your app's actions apart; it stays in chats, so keep it once it is in use.
 * @example
 * ```ts run
 * import * as Type from 'typebox'
 * import { action, grid } from '@charsu/sdk'
 *
 * const pick = action('pick', Type.Object({ day: Type.String() }))
 * const buttons = grid([[pick.button('Saturday', { day: '2026-12-05' })]])
 * // app.action(pick, (ctx) => ctx.toast(`See you on ${ctx.data.day}`))
 * ```
 */
export function action(name: string): PlainTarget<'action'>
export function action<const S extends PayloadSchema>(
  name: string,
  schema: S,
): PayloadTarget<'action', PayloadInput<S>, PayloadOutput<S>>
export function action(name: string, schema?: PayloadSchema): ClickTarget<'action'> {
  return target('action', name, schema)
}

/**
 * A page of your app that its button opens (wire contract §3, `open_server_link`): your app is asked for the address
 * when the button is pressed, and learns who pressed it. The payload's schema is of TypeBox, or of any library that
 * speaks Standard Schema.
 *
 * @param name tells your app's server links apart; it stays in chats, so keep it once it is in use.
 * @example
 * ```ts run
 * import { grid, serverLink } from '@charsu/sdk'
 *
 * const plan = serverLink('plan')
 * const buttons = grid([[plan.button('The plan of visits', { icon: 'EVENT_NOTE' })]])
 * // app.session(plan, (ctx) => ctx.open('https://visits.example/plan'))
 * ```
 */
export function serverLink(name: string): PlainTarget<'session'>
export function serverLink<const S extends PayloadSchema>(
  name: string,
  schema: S,
): PayloadTarget<'session', PayloadInput<S>, PayloadOutput<S>>
export function serverLink(name: string, schema?: PayloadSchema): ClickTarget<'session'> {
  return target('session', name, schema)
}

/** The name that a click's data carries, when a target of this kind drew it. */
export function targetNameOf(data: JsonObject): string | undefined {
  return typeof data.action === 'string' ? data.action : undefined
}

function target<Kind extends ClickKind>(
  kind: Kind,
  name: string,
  schema: PayloadSchema | undefined,
): ClickTarget<Kind> & PlainTarget<Kind> & PayloadTarget<Kind, unknown, undefined> {
  const maker = kind === 'action' ? 'action' : 'serverLink'
  if (typeof name !== 'string' || name === '' || name.length > 100) {
    throw new ButtonError(`${maker}() needs a name of 1 to 100 characters, such as ${maker}('pick')`)
  }
  const read = schema === undefined ? undefined : payloadReader(schema)
  const does = (payload?: unknown): Action => {
    const data = read === undefined ? { action: name } : { action: name, data: asSent(name, read, payload) }
    return kind === 'action' ? { get_dynamic_action: { data } } : { open_server_link: { data } }
  }
  return {
    kind,
    name,
    button: (caption: string, payload?: unknown, options?: ButtonOptions) =>
      read === undefined
        ? makeButton(caption, does(undefined), isJsonObject(payload) ? payload : undefined)
        : makeButton(caption, does(payload), options),
    with: does,
    read(data) {
      if (read === undefined) return undefined
      const result = read(data.data)
      if (!result.ok) throw new PayloadError('clicked', name, result.violations)
      return result.value as undefined
    },
  }
}

/** What is checked is what a click brings back, after JSON: a Date would come back as text. */
function asSent(name: string, read: ReadPayload, payload: unknown): unknown {
  const json = JSON.stringify(payload)
  const sent: unknown = json === undefined ? undefined : JSON.parse(json)
  const result = read(sent)
  if (!result.ok) throw new PayloadError('drawn', name, result.violations)
  return sent
}
