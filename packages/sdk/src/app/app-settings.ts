import { identificationKeyFault } from '@charsu/protocol/identification-key'
import { urlFault } from '@charsu/protocol/web-link'
import type { Interceptor } from '../client/interceptor.ts'
import { realTime, type Time } from '../client/time.ts'
import type { OAuthSettings } from '../oauth/oauth-settings.ts'
import type { EventStore } from '../stores/event-store.ts'
import type { GrantStore } from '../stores/grant-store.ts'
import { MemoryEvents } from '../stores/memory-events.ts'
import { MemoryGrants } from '../stores/memory-grants.ts'
import { SettingsError } from './app-errors.ts'

/** What an app has to know. */
export interface AppSettings {
  /** The app's slug. */
  clientId: string
  clientSecret: string
  apiKey: string
  /** Comes in `Authorization` with every call of the platform's (wire contract §5). */
  identificationKey: string
  /**
   * Each `whsec_…`, the newest first: signatures are checked where the platform signs (Charsu does, Kenar does not).
   * During a rotation give both.
   */
  webhookSecrets?: readonly string[] | undefined
  /** Where the platform is; `http://localhost:4400` by default. */
  charsuUrl?: string | undefined
  /** Where people's browsers and the platform find this app, such as `https://visits.example`. */
  publicUrl: string
  /** Under which path the platform's calls come; `/charsu` by default. */
  basePath?: string | undefined
  /** How calls to the platform are made otherwise; with Kenar `{ idempotencyKeys: false }`. */
  calls?: CallSettings | undefined
  /** Where consents are kept; in memory by default, which forgets them when the process ends. */
  grants?: GrantStore | undefined
  /** Which events were handled; in memory by default, which is right for a single process. */
  events?: EventStore | undefined
  /** Makes the calls to the platform; the runtime's own `fetch` by default. */
  fetch?: ((request: Request) => Promise<Response>) | undefined
  /** Around each of these calls, for tokens too, the first of them outermost: to log, to measure, to add a header. */
  interceptors?: readonly Interceptor[] | undefined
  time?: Time | undefined
  /** Gets what went wrong and nobody else handled, for your log; `console.error` by default. */
  report?: ((error: Error) => void) | undefined
  /** Answers requests under other paths; 404 by default. */
  fallback?: ((request: Request) => Response | Promise<Response>) | undefined
}

/** What of the client's and of OAuth's settings an app may have otherwise. */
export type CallSettings = Pick<
  OAuthSettings,
  'timeoutMs' | 'retries' | 'maxWaitMs' | 'idempotencyKeys' | 'consentBaseUrl' | 'tokenBaseUrl'
>

/** Settings, checked, with their defaults. */
export interface CheckedSettings {
  clientId: string
  clientSecret: string
  apiKey: string
  identificationKey: string
  webhookSecrets: readonly string[]
  charsuUrl: string
  publicUrl: string
  basePath: string
  calls: CallSettings
  grants: GrantStore
  events: EventStore
  fetch: ((request: Request) => Promise<Response>) | undefined
  interceptors: readonly Interceptor[]
  time: Time
  report: (error: Error) => void
  fallback: ((request: Request) => Response | Promise<Response>) | undefined
}

const REQUIRED = {
  clientId: 'CHARSU_CLIENT_ID',
  clientSecret: 'CHARSU_CLIENT_SECRET',
  apiKey: 'CHARSU_API_KEY',
  identificationKey: 'CHARSU_IDENTIFICATION_KEY',
} as const

/**
 * An app's settings from its environment, as `charsu dev` sets it: `CHARSU_CLIENT_ID`, `CHARSU_CLIENT_SECRET`,
 * `CHARSU_API_KEY`, `CHARSU_IDENTIFICATION_KEY`, and where there are any `CHARSU_WEBHOOK_SECRET` (several separated by
 * commas), `CHARSU_URL`, `PUBLIC_URL`, `PORT`.
 *
 * @throws SettingsError that names all that are missing.
 * @example
 * ```ts
 * import { App, appSettings } from '@charsu/sdk'
 *
 * const app = new App(appSettings(process.env))
 * export default app
 * ```
 */
export function appSettings(env: Readonly<Record<string, string | undefined>>): AppSettings {
  const given = (name: string): string => env[name]?.trim() ?? ''
  const missing = Object.values(REQUIRED).filter((name) => given(name) === '')
  if (missing.length > 0) {
    throw new SettingsError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
      'start your app with "charsu dev -- <command>", which sets them, or take them from the app’s page in the developer console',
    )
  }
  const secrets = given('CHARSU_WEBHOOK_SECRET')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
  return {
    clientId: given(REQUIRED.clientId),
    clientSecret: given(REQUIRED.clientSecret),
    apiKey: given(REQUIRED.apiKey),
    identificationKey: given(REQUIRED.identificationKey),
    ...(secrets.length > 0 && { webhookSecrets: secrets }),
    charsuUrl: given('CHARSU_URL') || 'http://localhost:4400',
    publicUrl: withoutSlash(given('PUBLIC_URL')) || `http://localhost:${given('PORT') || '3000'}`,
  }
}

/** @throws SettingsError that names everything that is wrong. */
export function checkSettings(settings: AppSettings): CheckedSettings {
  if (typeof settings !== 'object' || settings === null) {
    throw new SettingsError('an app needs its settings', 'write new App(appSettings(process.env))')
  }
  const faults: string[] = []
  for (const name of Object.keys(REQUIRED) as (keyof typeof REQUIRED)[]) {
    if (typeof settings[name] !== 'string' || settings[name] === '') faults.push(`${name} is missing`)
  }
  const keyFault = settings.identificationKey && identificationKeyFault(settings.identificationKey)
  if (keyFault) faults.push(`identificationKey ${keyFault}`)
  const webhookSecrets = settings.webhookSecrets ?? []
  if (!Array.isArray(webhookSecrets)) faults.push('webhookSecrets must be a list, such as ["whsec_…"]')
  else if (!webhookSecrets.every((secret) => /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))) {
    faults.push('webhookSecrets must each have the form "whsec_…"')
  }
  const charsuUrl = settings.charsuUrl ?? 'http://localhost:4400'
  for (const [name, url] of Object.entries({ charsuUrl, publicUrl: settings.publicUrl ?? '' })) {
    // Paths are put behind it.
    const fault =
      urlFault(url) ?? (/[?#]/.test(url) ? 'must have nothing behind its path: no ? and no #' : '')
    if (fault) faults.push(`${name} ${fault}`)
  }
  const basePath = settings.basePath ?? '/charsu'
  if (!/^(\/[A-Za-z0-9._~-]+)+$/.test(basePath)) {
    faults.push('basePath must begin with a slash and end without one, such as "/charsu"')
  }
  if (faults.length > 0) {
    throw new SettingsError(
      `the settings of the app: ${faults.join('; ')}`,
      'pass new App(appSettings(process.env)), or take the values from the app’s page in the developer console',
    )
  }
  const time = settings.time ?? realTime
  return {
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    apiKey: settings.apiKey,
    identificationKey: settings.identificationKey,
    webhookSecrets,
    charsuUrl: withoutSlash(charsuUrl),
    publicUrl: withoutSlash(settings.publicUrl),
    basePath,
    calls: settings.calls ?? {},
    grants: settings.grants ?? new MemoryGrants(),
    events: settings.events ?? new MemoryEvents({ time }),
    fetch: settings.fetch,
    interceptors: settings.interceptors ?? [],
    time,
    report: settings.report ?? ((error) => console.error(error)),
    fallback: settings.fallback,
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
