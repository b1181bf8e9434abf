import { descriptionFault, displayNameFault, slugFault } from '@charsu/protocol/app-texts'
import { identificationKeyFault } from '@charsu/protocol/identification-key'
import { normalizer, type Parser, type Report } from '@charsu/protocol/parse'
import { linkFault } from '@charsu/protocol/web-link'
import * as Type from 'typebox'
import { checkRedirectUri } from '../access/redirect-uri.ts'
import { type CallRules, checkAppUrl } from '../outbound/check-url.ts'
import { permissionNames, scopeNames } from './asked-names.ts'
import { readTouchpoints, type Touchpoint, TouchpointSchema } from './touchpoints.ts'

/** What a developer decides about an app. A URL that is null is not set. */
export interface AppSettings {
  display_name: string
  description: string
  avatar_url: string | null
  redirect_uris: string[]
  events_url: string | null
  session_initialization_url: string | null
  session_initialization_version: number
  dynamic_action_url: string | null
  identification_key: string | null
  permissions: string[]
  scopes: string[]
  touchpoints: Touchpoint[]
}

export type NewApp = Partial<AppSettings> & { slug: string; display_name: string }

export interface SettingsRules extends CallRules {
  mode: 'development' | 'production'
}

const MAX_REDIRECT_URIS = 20
const MAX_NAMES = 100

const text = (description: string) => Type.Optional(Type.String({ description }))
const url = (what: string) => text(`${what}; an empty string takes it away`)

const FIELDS = {
  display_name: text('the name people see, 1 to 50 characters'),
  description: text('what the app does, at most 1000 characters'),
  avatar_url: url('the picture people see beside the name'),
  redirect_uris: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: MAX_REDIRECT_URIS,
      description: 'where authorization codes may be sent, exactly as written here',
    }),
  ),
  events_url: url('where events are delivered'),
  session_initialization_url: url('asked for a page when a button with open_server_link is clicked'),
  session_initialization_version: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2, description: 'the form of that request: 1 or 2' }),
  ),
  dynamic_action_url: url('asked what to do when a button with get_dynamic_action is clicked'),
  identification_key: text('sent in Authorization with every call to the app; never shown again'),
  permissions: Type.Optional(Type.Array(Type.String(), { maxItems: MAX_NAMES })),
  scopes: Type.Optional(Type.Array(Type.String(), { maxItems: MAX_NAMES })),
  touchpoints: Type.Optional(Type.Array(TouchpointSchema)),
}

/** Reads PATCH: any of the settings; what is absent stays as it is. */
export const settingsParser = (rules: SettingsRules): Parser<Partial<AppSettings>> =>
  normalizer(Type.Object(FIELDS), (value, report) => readSettings(value, rules, report))

/** Reads what a new app is made from: a slug and a display name, and any other setting. */
export const newAppParser = (rules: SettingsRules): Parser<NewApp> =>
  normalizer(
    Type.Object({
      slug: Type.String({ description: 'the app’s name in addresses, and its OAuth client_id' }),
      ...FIELDS,
      display_name: Type.String({ description: 'the name people see, 1 to 50 characters' }),
    }),
    (value, report) => {
      const { slug } = value as Record<string, unknown>
      const fault = typeof slug === 'string' ? slugFault(slug) : undefined
      if (fault) report('slug', fault)
      return { slug, ...readSettings(value, rules, report) } as NewApp
    },
  )

type Fault = (text: string) => string | undefined

/** Values of a wrong type pass through: the schema complains about those. */
export function readSettings(value: unknown, rules: SettingsRules, report: Report): Partial<AppSettings> {
  const given = value as Record<string, unknown>
  const called: Fault = (link) => {
    const check = checkAppUrl(link, rules)
    return check.ok ? undefined : check.reason
  }
  const settings: Record<string, unknown> = { ...pick(given, ['session_initialization_version']) }
  const read = (name: string, faultOf: Fault, emptyMeansNone: boolean): void => {
    const text = given[name]
    if (typeof text !== 'string') return
    const none = emptyMeansNone && text === ''
    const fault = none ? undefined : faultOf(text)
    if (fault) report(name, fault)
    settings[name] = none ? null : text
  }
  read('display_name', displayNameFault, false)
  read('description', descriptionFault, false)
  read('identification_key', identificationKeyFault, false)
  read('avatar_url', linkFault, true)
  for (const name of ['events_url', 'session_initialization_url', 'dynamic_action_url'])
    read(name, called, true)

  const { redirect_uris: uris, permissions, scopes, touchpoints } = given
  if (Array.isArray(uris)) {
    for (const [i, uri] of uris.entries()) {
      const fault = typeof uri === 'string' ? checkRedirectUri(uri, rules.mode) : undefined
      if (fault) report(`redirect_uris[${i}]`, fault)
    }
    settings.redirect_uris = [...new Set(uris)]
  }
  if (Array.isArray(permissions)) settings.permissions = permissionNames(permissions, report)
  if (Array.isArray(scopes)) settings.scopes = scopeNames(scopes, report)
  if (Array.isArray(touchpoints)) settings.touchpoints = readTouchpoints(touchpoints, report, linkFault)
  return settings as Partial<AppSettings>
}

const pick = (record: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]))
