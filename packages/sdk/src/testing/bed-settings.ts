import { type PermissionName, SERVED_PERMISSIONS } from '@charsu/protocol/permissions'
import type { Time } from '../client/time.ts'
import type { GrantStore } from '../stores/grant-store.ts'

/** What the app under test is made with: the settings of `App`, by which the bed is the platform. */
export interface BedSettings {
  clientId: string
  clientSecret: string
  apiKey: string
  identificationKey: string
  webhookSecrets: string[]
  /** Origin of the marketplace. */
  charsuUrl: string
  /** Origin of the app. */
  publicUrl: string
  /** Reaches the bed, and nothing else. */
  fetch: (request: Request) => Promise<Response>
  /** Stands still until the test advances it. */
  time: Time
  /** Where `bed.allow` puts what a person allowed. */
  grants: GrantStore
  /** Keeps what the app reports, for `bed.reported` and for the messages of failed steps. */
  report: (error: unknown) => void
}

/** The app under test: whatever answers a web-standard Request. */
export type AppUnderTest =
  | { fetch(request: Request): Response | Promise<Response> }
  | ((request: Request) => Response | Promise<Response>)

export interface TestBedOptions {
  /** The app's name as people see it; `My app` by default. */
  appName?: string
  /** Of the API key; by default all. */
  permissions?: readonly PermissionName[]
  /** Where events go: a path of the app, or null for none; `/charsu/events` by default. */
  eventsPath?: string | null
  /** Session initialization; `/charsu/sessions` by default. */
  sessionsPath?: string | null
  /** 2 by default. */
  sessionVersion?: 1 | 2
  /** Dynamic actions; `/charsu/actions` by default. */
  actionsPath?: string | null
  /** What may follow a consent; `/charsu/callback` of the app by default. */
  redirectUris?: readonly string[]
  /** When the bed begins, in milliseconds since 1970; 2026-03-21T08:30:00Z by default, so that every run is the same. */
  startsAt?: number
  /** Steps do not fail when the app answers badly; `bed.events` and `bed.clicks` tell. */
  tolerant?: boolean
  /** Answers what the app asks of others than the marketplace; by default such calls fail and say so. */
  elsewhere?: (request: Request) => Promise<Response>
  /** Real milliseconds that an app may take before the test fails with a message; 4000 by default. */
  patienceMs?: number
}

/** The marketplace as it knows the app. */
export interface KnownApp {
  settings: Omit<BedSettings, 'fetch' | 'time' | 'grants' | 'report'>
  name: string
  permissions: ReadonlySet<string>
  eventsUrl: string | null
  sessionsUrl: string | null
  sessionVersion: 1 | 2
  actionsUrl: string | null
  redirectUris: readonly string[]
}

const CHARSU_URL = 'https://charsu.test'
const APP_URL = 'https://app.test'
export const STARTS_AT = Date.UTC(2026, 2, 21, 8, 30)
export const PATIENCE_MS = 4_000

export function knownApp(options: TestBedOptions): KnownApp {
  const url = (path: string | null | undefined, usual: string): string | null =>
    path === null ? null : new URL(path ?? usual, APP_URL).href
  return {
    settings: {
      clientId: 'my-app',
      clientSecret: 'cx_bed_client_secret',
      apiKey: 'ck_bed_api_key',
      identificationKey: 'bed-identification-key',
      webhookSecrets: [`whsec_${btoa('the webhook secret of the bed...')}`],
      charsuUrl: CHARSU_URL,
      publicUrl: APP_URL,
    },
    name: options.appName ?? 'My app',
    permissions: new Set(options.permissions ?? SERVED_PERMISSIONS),
    eventsUrl: url(options.eventsPath, '/charsu/events'),
    sessionsUrl: url(options.sessionsPath, '/charsu/sessions'),
    sessionVersion: options.sessionVersion ?? 2,
    actionsUrl: url(options.actionsPath, '/charsu/actions'),
    redirectUris: options.redirectUris ?? [`${APP_URL}/charsu/callback`],
  }
}
