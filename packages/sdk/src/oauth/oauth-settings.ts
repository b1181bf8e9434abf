import {
  type ClientSettings,
  type ReadSettings,
  readBaseUrl,
  readClientSettings,
} from '../client/client-settings.ts'
import type { Grant, GrantStore } from '../stores/grant-store.ts'

/** How an app asks for consent and keeps it. */
export interface OAuthSettings extends ClientSettings {
  /** The app's slug. */
  clientId: string
  /** `cx_…`, from the console. */
  clientSecret: string
  /** Exactly one of the app's registered redirect URIs. */
  redirectUri: string
  grants: GrantStore
  /** Origin of the consent page, where it is not `baseUrl`. */
  consentBaseUrl?: string | URL | undefined
  /** Origin of the token endpoint, where it is not `baseUrl`. */
  tokenBaseUrl?: string | URL | undefined
  /**
   * Told of each grant that got new tokens here, whoever needed them: subscriptions end with the token that they were
   * made with. Must not throw.
   */
  onRefreshed?: ((grant: Grant) => void) | undefined
}

/** The settings with nothing left open. */
export interface ReadOAuthSettings {
  client: ReadSettings
  clientId: string
  clientSecret: string
  redirectUri: string
  grants: GrantStore
  consentBaseUrl: string
  tokenBaseUrl: string
}

/** @throws TypeError or RangeError that says which setting is wrong, and never quotes a secret */
export function readOAuthSettings(settings: OAuthSettings): ReadOAuthSettings {
  const client = readClientSettings(settings)
  const { consentBaseUrl = client.baseUrl, tokenBaseUrl = client.baseUrl } = settings
  return {
    client,
    clientId: readText('clientId', settings.clientId, 'the slug of your app'),
    clientSecret: readText(
      'clientSecret',
      settings.clientSecret,
      'the OAuth client secret of your app, cx_…',
    ),
    redirectUri: readRedirectUri(settings.redirectUri),
    grants: readGrants(settings.grants),
    consentBaseUrl: readBaseUrl(consentBaseUrl, 'consentBaseUrl'),
    tokenBaseUrl: readBaseUrl(tokenBaseUrl, 'tokenBaseUrl'),
  }
}

function readText(name: string, value: unknown, what: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new TypeError(`${name} is missing: pass ${what}, from its page in the console`)
}

function readGrants(store: GrantStore): GrantStore {
  // Told now: at the first exchange it would cost somebody's consent.
  if (typeof store?.save === 'function') return store
  throw new TypeError('grants is missing: pass a store for what users allow, such as new MemoryGrants()')
}

function readRedirectUri(value: unknown): string {
  if (typeof value === 'string' && URL.canParse(value)) return value
  throw new TypeError(
    'redirectUri must be an absolute URL, letter by letter as it is registered: write it as "https://app.example/charsu/callback"',
  )
}
