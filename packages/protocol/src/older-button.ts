import * as Type from 'typebox'
import type { Action } from './button-action.ts'
import { type ButtonGrid, normalizeCaption, normalizeIcon } from './button-grid.ts'
import { dataFault, isJsonObject, type JsonObject, jsonObject } from './json-object.ts'
import { didYouMean } from './nearest.ts'
import type { Report } from './parse.ts'
import { quoted } from './text-length.ts'
import { linkFault } from './web-link.ts'

const KINDS = ['LINK', 'DIRECT_LINK']

/** The older form of a message's one button, `sender_btn` and `receiver_btn` (wire contract §2). */
export const OlderButtonInput = Type.Object({
  action: Type.Optional(Type.String({ description: 'LINK or DIRECT_LINK' })),
  data: Type.Optional(
    Type.Object({
      icon_name: Type.Optional(Type.String()),
      icon: Type.Optional(Type.String()),
      caption: Type.Optional(Type.String()),
      direct_link: Type.Optional(Type.String()),
      extra_data: Type.Optional(jsonObject('your own data: a JSON object of at most 4 KiB')),
    }),
  ),
})

/**
 * The grid of one button that an older button means, or undefined when there is none. LINK is open_server_link
 * with extra_data, DIRECT_LINK is open_direct_link; the rules are those of a button. Breaches are reported.
 */
export function normalizeOlderButton(input: unknown, field: string, report: Report): ButtonGrid | undefined {
  if (input === undefined || input === null) return undefined
  if (!isJsonObject(input)) {
    report(field, 'must be a JSON object with action and data')
    return undefined
  }
  if (Object.values(input).every((member) => member === null || member === '')) return undefined
  const data = input.data ?? {}
  if (!isJsonObject(data)) {
    report(`${field}.data`, 'must be a JSON object')
    return undefined
  }
  const action = olderAction(input.action, data, field, report)
  const caption = normalizeCaption(data.caption, `${field}.data.caption`, report)
  const icon = normalizeIcon(data, `${field}.data`, report)
  if (action === undefined || caption === undefined) return undefined
  const button = icon === undefined ? { action, caption } : { action, caption, icon }
  return { rows: [{ buttons: [button] }] }
}

function olderAction(kind: unknown, data: JsonObject, field: string, report: Report): Action | undefined {
  if (kind === 'LINK') {
    const extra = data.extra_data ?? {}
    const fault = dataFault(extra)
    if (fault) report(`${field}.data.extra_data`, fault)
    return { open_server_link: { data: extra as JsonObject } }
  }
  if (kind === 'DIRECT_LINK') {
    const link = data.direct_link ?? ''
    if (typeof link !== 'string') report(`${field}.data.direct_link`, 'must be a string')
    else if (link === '') report(`${field}.data.direct_link`, 'is required beside action DIRECT_LINK')
    else {
      const fault = linkFault(link)
      if (fault) report(`${field}.data.direct_link`, fault)
      return { open_direct_link: link }
    }
    return undefined
  }
  const given = typeof kind === 'string' && kind !== '' ? `is ${quoted(kind)}, but` : 'is required and'
  const hint = typeof kind === 'string' ? didYouMean(kind, KINDS) : ''
  report(`${field}.action`, `${given} must be ${KINDS.join(' or ')}.${hint}`)
  return undefined
}
