import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { type AppSettings, readSettings, type SettingsRules } from '../apps/app-settings.ts'
import { type OwnCredentials, ownSecretFault } from '../apps/own-credentials.ts'
import { TouchpointSchema } from '../apps/touchpoints.ts'
import { checkAppUrl } from '../outbound/check-url.ts'

export interface AppToPut {
  settings: Partial<AppSettings>
  /** Absent: as it was. */
  url?: string | null
  /** Absent: as it was. */
  hostHeader?: string | null
  /** What the app is configured with already. */
  own?: OwnCredentials
}

const HOST_HEADER = /^[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?$/i

const text = (description: string) => Type.Optional(Type.String({ description }))

const FIELDS = Type.Object({
  display_name: text('the name people see, 1 to 50 characters; the slug when the app is made without one'),
  description: text('what the app does, at most 1000 characters'),
  url: text(
    'where the app listens, such as http://localhost:3000: sets every URL below that is not given, under /charsu; an empty string takes them away',
  ),
  events_url: text('where events are delivered'),
  session_initialization_url: text('asked for a page when a button with open_server_link is clicked'),
  session_version: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2, description: 'the form of that request: 1 or 2' }),
  ),
  dynamic_action_url: text('asked what to do when a button with get_dynamic_action is clicked'),
  redirect_uris: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
  touchpoints: Type.Optional(Type.Array(TouchpointSchema)),
  host_header: text(
    'the Host header of calls to the app, instead of its address; an empty string takes it away',
  ),
  api_key: text('a key that the app has in its configuration already; one is made when the app has none'),
  client_secret: text('the same of its OAuth client secret'),
  identification_key: text('the same of what it expects in Authorization'),
})

/** Reads what an app on the developer's machine is made or changed with. */
export const appBody = (rules: SettingsRules): Parser<AppToPut> =>
  normalizer(FIELDS, (value, report) => {
    const { url, host_header: host, session_version, ...named } = value as Record<string, unknown>
    const own = readOwn(named, report)
    const given = { ...named, session_initialization_version: session_version }
    const base = typeof url === 'string' ? url.replace(/\/+$/, '') : undefined
    const fault = base ? baseFault(base, rules) : undefined
    if (fault) report('url', fault)
    if (typeof host === 'string' && host !== '' && !HOST_HEADER.test(host)) {
      report(
        'host_header',
        'must be a host name with or without a port, such as app.example or app.example:8080',
      )
    }
    const placed = base === undefined || fault ? {} : placesUnder(base)
    return {
      settings: readSettings({ ...placed, ...given }, rules, report),
      ...(base !== undefined && { url: base === '' ? null : base }),
      ...(typeof host === 'string' && { hostHeader: host === '' ? null : host }),
      own,
    }
  })

function readOwn(given: Record<string, unknown>, report: Report): OwnCredentials {
  const read = (name: string): string | undefined => {
    const secret = given[name]
    if (typeof secret !== 'string') return undefined
    const fault = ownSecretFault(secret)
    if (fault) report(name, fault)
    return secret
  }
  const apiKey = read('api_key')
  const clientSecret = read('client_secret')
  return { ...(apiKey !== undefined && { apiKey }), ...(clientSecret !== undefined && { clientSecret }) }
}

function baseFault(base: string, rules: SettingsRules): string | undefined {
  const check = checkAppUrl(base, rules)
  if (!check.ok) return `${check.reason}; write where the app listens, such as http://localhost:3000`
  if (check.url.search === '' && check.url.hash === '') return undefined
  return 'must have neither a query nor a fragment: write where the app listens, such as http://localhost:3000'
}

/** Where an app made with the SDK waits for each kind of call. */
const placesUnder = (base: string): Record<string, unknown> =>
  base === ''
    ? { events_url: '', session_initialization_url: '', dynamic_action_url: '', redirect_uris: [] }
    : {
        events_url: `${base}/charsu/events`,
        session_initialization_url: `${base}/charsu/sessions`,
        dynamic_action_url: `${base}/charsu/actions`,
        redirect_uris: [`${base}/charsu/callback`],
      }
