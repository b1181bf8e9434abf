import * as Type from 'typebox'
import { postTokenFault } from './identifiers.ts'
import { dataFault, isJsonObject, type JsonObject, jsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import type { Report } from './parse.ts'
import { linkFault } from './web-link.ts'

/** What a button may do, as apps name it (wire contract §2). */
export const ACTION_KINDS = [
  'open_direct_link',
  'open_server_link',
  'get_dynamic_action',
  'open_post_page',
  'open_post_manage_page',
] as const

export type ActionKind = (typeof ACTION_KINDS)[number]

/** An action in normal form: exactly one kind, with its data always present. */
export type Action =
  | { open_direct_link: string }
  | { open_server_link: { data: JsonObject } }
  | { get_dynamic_action: { data: JsonObject } }
  | { open_post_page: { post_token: string } }
  | { open_post_manage_page: { post_token: string } }

const DataHolder = Type.Object({
  data: Type.Optional(jsonObject('your own data, given back on a click: a JSON object of at most 4 KiB')),
})
const PostHolder = Type.Object({ post_token: Type.Optional(Type.String()) })

const ONE_ACTION = `an action with exactly one of ${ACTION_KINDS.join(', ')}`

/** The input form: all kinds optional here, for "exactly one" is {@link normalizeAction}'s to say clearly. */
export const ActionInput = Type.Object(
  {
    open_direct_link: Type.Optional(Type.String({ description: 'an absolute http or https link' })),
    open_server_link: Type.Optional(DataHolder),
    get_dynamic_action: Type.Optional(DataHolder),
    open_post_page: Type.Optional(PostHolder),
    open_post_manage_page: Type.Optional(PostHolder),
  },
  { description: ONE_ACTION, additionalProperties: true },
)

/**
 * The one action that `input` names, or undefined after reporting why there is none (wire contract §2). Nulls
 * and empty strings count as absent, a post page without its post_token too, unless it is all there is.
 */
export function normalizeAction(input: unknown, field: string, report: Report): Action | undefined {
  if (!isJsonObject(input)) {
    report(field, `is required; send ${ONE_ACTION}`)
    return undefined
  }
  const present = ACTION_KINDS.filter((kind) => isPresent(kind, input[kind]))
  const [kind, second] = present
  if (kind === undefined) {
    reportNoAction(input, field, report)
    return undefined
  }
  if (second !== undefined) {
    report(field, `must have exactly one action, but has ${present.join(' and ')}; keep one`)
    return undefined
  }
  return build(kind, input[kind], `${field}.${kind}`, report)
}

function isPresent(kind: ActionKind, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  if (kind !== 'open_post_page' && kind !== 'open_post_manage_page') return true
  if (!isJsonObject(value)) return true
  return value.post_token !== undefined && value.post_token !== null && value.post_token !== ''
}

function reportNoAction(input: JsonObject, field: string, report: Report): void {
  for (const kind of ['open_post_page', 'open_post_manage_page'] as const) {
    if (isJsonObject(input[kind])) {
      report(`${field}.${kind}.post_token`, 'is required; send the token of the post to open')
      return
    }
  }
  const unknown = Object.keys(input).find((key) => !(ACTION_KINDS as readonly string[]).includes(key))
  const hint = unknown === undefined ? '' : didYouMean(unknown, ACTION_KINDS)
  report(field, `has no action; send exactly one of ${ACTION_KINDS.join(', ')}.${hint}`)
}

function build(kind: ActionKind, value: unknown, field: string, report: Report): Action | undefined {
  switch (kind) {
    case 'open_direct_link': {
      if (typeof value !== 'string') return wrongType(field, 'a string with an http or https link', report)
      const fault = linkFault(value)
      if (fault) report(field, fault)
      return { open_direct_link: value }
    }
    case 'open_server_link':
      return mapDefined(normalizeData(value, field, report), (data) => ({ open_server_link: { data } }))
    case 'get_dynamic_action':
      return mapDefined(normalizeData(value, field, report), (data) => ({ get_dynamic_action: { data } }))
    case 'open_post_page':
      return mapDefined(normalizePost(value, field, report), (post_token) => ({
        open_post_page: { post_token },
      }))
    case 'open_post_manage_page':
      return mapDefined(normalizePost(value, field, report), (post_token) => ({
        open_post_manage_page: { post_token },
      }))
  }
}

function normalizeData(value: unknown, field: string, report: Report): JsonObject | undefined {
  if (!isJsonObject(value)) return wrongType(field, 'a JSON object such as {"data": {…}}', report)
  const data = value.data ?? {}
  const fault = dataFault(data)
  if (fault) report(`${field}.data`, fault)
  return data as JsonObject
}

function normalizePost(value: unknown, field: string, report: Report): string | undefined {
  const token = isJsonObject(value) ? value.post_token : undefined
  if (typeof token !== 'string') return wrongType(field, 'a JSON object such as {"post_token": "…"}', report)
  const fault = postTokenFault(token)
  if (fault) report(`${field}.post_token`, fault)
  return token
}

function wrongType(field: string, expected: string, report: Report): undefined {
  report(field, `must be ${expected}`)
  return undefined
}

function mapDefined<A, B>(value: A | undefined, to: (value: A) => B): B | undefined {
  return value === undefined ? undefined : to(value)
}
