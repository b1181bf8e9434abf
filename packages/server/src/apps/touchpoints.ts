import type { Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { invalidArgument } from '../errors.ts'

/** The places in the host's pages where an app is offered (wire contract §11). */
export const TOUCHPOINTS = ['MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST'] as const
export type TouchpointName = (typeof TOUCHPOINTS)[number]

/** What opening an app there does. */
export const TOUCHPOINT_OPERATIONS = [
  'LOAD_WEBVIEW_DIRECT_LINK',
  'LOAD_WEBVIEW_SERVER_LINK',
  'START_CHAT_BOT',
] as const
export type TouchpointOperation = (typeof TOUCHPOINT_OPERATIONS)[number]

export interface Touchpoint {
  touchpoint: string
  operation: string
  /** The page to open; with LOAD_WEBVIEW_DIRECT_LINK alone. */
  fallback_url: string | null
}

export const TouchpointSchema = Type.Object({
  touchpoint: Type.Enum([...TOUCHPOINTS]),
  operation: Type.Enum([...TOUCHPOINT_OPERATIONS]),
  fallback_url: Type.Optional(Type.String({ description: 'the page that LOAD_WEBVIEW_DIRECT_LINK opens' })),
})

/**
 * Touchpoints as stored; reports what the schema cannot say: one operation a place, and a fallback URL where the
 * operation opens it, which it does on MY_POST only.
 * @param urlFault what is wrong with a URL of the app's, or undefined.
 */
export function readTouchpoints(
  items: readonly unknown[],
  report: Report,
  urlFault: (url: string) => string | undefined,
): Touchpoint[] {
  const seen = new Set<unknown>()
  return items.map((item, i) => {
    const { touchpoint, operation, fallback_url: url } = item as Record<string, unknown>
    const at = `touchpoints[${i}]`
    if (seen.has(touchpoint))
      report(`${at}.touchpoint`, `is ${touchpoint} again: give each place one operation`)
    seen.add(touchpoint)
    const opensFallback = operation === 'LOAD_WEBVIEW_DIRECT_LINK'
    if (opensFallback && touchpoint !== 'MY_POST') {
      report(`${at}.operation`, 'LOAD_WEBVIEW_DIRECT_LINK is for MY_POST only: use LOAD_WEBVIEW_SERVER_LINK')
    }
    const given = typeof url === 'string' && url !== ''
    if (opensFallback && !given) {
      report(`${at}.fallback_url`, 'is required with LOAD_WEBVIEW_DIRECT_LINK: send the page to open')
    }
    const fault = given ? urlFault(url) : undefined
    if (fault) report(`${at}.fallback_url`, fault)
    return { touchpoint, operation, fallback_url: opensFallback && given ? url : null } as Touchpoint
  })
}

/**
 * Refuses LOAD_WEBVIEW_SERVER_LINK without the URL that it asks: people would open the app and meet an error (wire
 * contract §11). Asked when either of the two changes, with both as they will be.
 * @param changed the field that the developer has just set.
 * @throws 400 naming that field.
 */
export function requireSessionUrl(
  touchpoints: readonly Touchpoint[],
  sessionUrl: string | null | undefined,
  changed: 'touchpoints' | 'session_initialization_url',
): void {
  if (sessionUrl) return
  const places = touchpoints.flatMap(({ touchpoint, operation }, i) =>
    operation === 'LOAD_WEBVIEW_SERVER_LINK' ? [{ touchpoint, i }] : [],
  )
  if (places.length === 0) return
  if (changed === 'touchpoints') {
    throw invalidArgument(
      places.map(({ i }) => ({
        field: `touchpoints[${i}].operation`,
        description:
          'LOAD_WEBVIEW_SERVER_LINK asks the session_initialization_url, and none is set: send one too',
      })),
    )
  }
  const names = places.map(({ touchpoint }) => touchpoint).join(', ')
  throw invalidArgument([
    {
      field: changed,
      description: `is asked by LOAD_WEBVIEW_SERVER_LINK at ${names}: send touchpoints without it first`,
    },
  ])
}
