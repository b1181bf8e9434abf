import type { ClientSettings } from '../client/client-settings.ts'
import type { UserClient } from '../client/user-client.ts'
import type { Grant, GrantStore } from '../stores/grant-store.ts'

/** How an app asks for consent. */
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
}

export interface ConsentRequest {
  scopes: readonly string[]
  /** Comes back with the answer; must be hard to guess, and kept in the browser that was sent. */
  state: string
  /** Of `pkceChallenge`. */
  codeChallenge?: string | undefined
}

export interface ExchangeOptions {
  /** Which side of a conversation the user is on, where the app knows it. */
  side?: Grant['side']
  /** The secret whose challenge consent was asked with. */
  codeVerifier?: string | undefined
  signal?: AbortSignal | undefined
}

/** Consent of users: the page to send them to, the code they come back with, tokens that stay alive. */
export class OAuth {
  constructor(_settings: OAuthSettings) {}

  /** Where to send a user's browser, to be asked (wire contract §7). */
  consentUrl(_request: ConsentRequest): string {
    throw new Error('not built yet')
  }

  /** Trades the code for tokens, reads the user's id if USER_ID was granted, and saves the grant. */
  exchange(_code: string, _options: ExchangeOptions = {}): Promise<Grant> {
    throw new Error('not built yet')
  }

  /** New tokens of a grant, saved; concurrent callers share one request. */
  refresh(_grant: Grant, _options: { signal?: AbortSignal | undefined } = {}): Promise<Grant> {
    throw new Error('not built yet')
  }

  /** A client that acts under a grant, and refreshes it in time. */
  client(_grantId: string): UserClient {
    throw new Error('not built yet')
  }
}
