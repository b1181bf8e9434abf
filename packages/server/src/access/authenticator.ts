import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { ApiError, type ReasonOf } from '../errors.ts'
import { hashSecret } from '../ids.ts'
import type {
  AppCaller,
  AppMaybeUserCaller,
  AppUserCaller,
  HostCaller,
  UserCaller,
  UserToken,
} from './callers.ts'
import { CredentialCache, type Freshness } from './credential-cache.ts'
import { loadAccessToken, loadApiKey, loadSession } from './credentials.ts'

export interface AuthenticatorDeps {
  db: Database
  clock: Clock
  freshness: Freshness & { listen(cache: { invalidate(tag: string): void; clear(): void }): void }
  /** The host's key, or null when the host API is closed. */
  hostKey: string | null
  /** Told after each commit that took a credential back here. */
  onForgotten?: () => void
  /** What reads metrics: this token; without one the host key, unless they are open to all. */
  metrics?: { token: string | null; open: boolean }
}

/** What the caller sent, by whatever transport. */
export interface PresentedCredentials {
  apiKey: string | undefined
  authorization: string | undefined
  accessToken: string | undefined
  sessionSecret: string | undefined
}

const MAX_ENTRIES = 50_000
const TRUST_MS = 900
const BEARER = /^bearer +(\S+) *$/i

const unauthenticated = (reason: ReasonOf<'UNAUTHENTICATED'>, message: string): ApiError =>
  new ApiError('UNAUTHENTICATED', message, { reason })

export const noOperator = (): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    'this is for the marketplace’s operators: ask whoever runs it to mark you as one',
    { reason: 'NOT_AN_OPERATOR' },
  )

/** Turns credentials into a caller; the order key, permission, token is the caller's business (wire contract §0). */
export class Authenticator {
  readonly #deps: AuthenticatorDeps
  readonly #keys: CredentialCache<AppCaller>
  readonly #tokens: CredentialCache<UserToken>
  readonly #sessions: CredentialCache<UserCaller>
  readonly #hostKeyHash: Buffer | null
  readonly #metricsTokenHash: Buffer | null

  constructor(deps: AuthenticatorDeps) {
    this.#deps = deps
    const { db, clock, freshness } = deps
    const common = { clock, freshness, maxEntries: MAX_ENTRIES, trustMs: TRUST_MS }
    this.#keys = new CredentialCache({
      ...common,
      load: (key) => loadApiKey(db, key),
      tags: (caller) => [`key:${caller.keyId}`, `app:${caller.appId}`],
    })
    this.#tokens = new CredentialCache({
      ...common,
      load: (token) => loadAccessToken(db, token),
      tags: (token) => [`grant:${token.grantId}`, `app:${token.appId}`],
    })
    this.#sessions = new CredentialCache({
      ...common,
      load: (secret) => loadSession(db, secret),
      tags: (user) => [`user:${user.userId}`],
    })
    for (const cache of [this.#keys, this.#tokens, this.#sessions]) freshness.listen(cache)
    this.#hostKeyHash = deps.hostKey === null ? null : hashSecret(deps.hostKey)
    const token = deps.metrics?.token ?? null
    this.#metricsTokenHash = token === null ? null : hashSecret(token)
  }

  /** Drops what this node cached, at once; other nodes follow through their pollers. */
  forget(tag: string): void {
    for (const cache of [this.#keys, this.#tokens, this.#sessions]) cache.invalidate(tag)
    this.#deps.onForgotten?.()
  }

  app(presented: PresentedCredentials): AppCaller | Promise<AppCaller> {
    const key = presented.apiKey
    if (!key) {
      throw unauthenticated('API_KEY_MISSING', 'no API key: send the app’s key in the header X-Api-Key')
    }
    return this.#keys.peek(key) ?? this.#loadApp(key)
  }

  async #loadApp(key: string): Promise<AppCaller> {
    const caller = await this.#keys.get(key)
    if (caller) return caller
    throw unauthenticated(
      'API_KEY_UNKNOWN',
      'the API key in X-Api-Key is unknown or revoked: use a key that is listed as active in the console',
    )
  }

  appWithUser(app: AppCaller, presented: PresentedCredentials): AppUserCaller | Promise<AppUserCaller> {
    const secret = this.#userToken(presented)
    if (!secret) {
      throw unauthenticated(
        'ACCESS_TOKEN_MISSING',
        'no user token: send the access token as Authorization: Bearer <token> (or X-Access-Token: <token>)',
      )
    }
    const cached = this.#tokens.peek(secret)
    return cached ? this.#join(app, cached) : this.#loadToken(app, secret)
  }

  /** For operations that need no user's token: one that is sent has to be good all the same. */
  appMaybeUser(
    app: AppCaller,
    presented: PresentedCredentials,
  ): AppMaybeUserCaller | Promise<AppMaybeUserCaller> {
    return this.#userToken(presented) ? this.appWithUser(app, presented) : { ...app, token: null }
  }

  #userToken(presented: PresentedCredentials): string | undefined {
    return this.#bearer(presented) ?? presented.accessToken
  }

  async #loadToken(app: AppCaller, secret: string): Promise<AppUserCaller> {
    const token = await this.#tokens.get(secret)
    if (token) return this.#join(app, token)
    throw unauthenticated(
      'ACCESS_TOKEN_UNKNOWN',
      'the user token is unknown or revoked: ask the user for consent again at /oauth2/auth',
    )
  }

  #bearer(presented: PresentedCredentials): string | undefined {
    const header = presented.authorization
    return header === undefined ? undefined : BEARER.exec(header)?.[1]
  }

  #join(app: AppCaller, token: UserToken): AppUserCaller {
    if (token.appId !== app.appId) {
      throw unauthenticated(
        'ACCESS_TOKEN_OF_ANOTHER_APP',
        `the user token was given to another app than the API key’s (${app.slug}): use a token and a key of one app`,
      )
    }
    if (token.expiresAt <= this.#deps.clock.now()) {
      throw unauthenticated(
        'ACCESS_TOKEN_EXPIRED',
        'the user token has expired: exchange the refresh token at /oauth2/token, or ask for consent again',
      )
    }
    return { ...app, token }
  }

  host(presented: PresentedCredentials): HostCaller {
    const key = this.#bearer(presented) ?? presented.apiKey
    if (!key) {
      throw unauthenticated(
        'HOST_KEY_MISSING',
        'no host key: send it as Authorization: Bearer <CHARSU_HOST_KEY>',
      )
    }
    if (!this.#hostKeyHash || !timingSafeEqual(hashSecret(key), this.#hostKeyHash)) {
      throw unauthenticated('HOST_KEY_WRONG', 'the host key is wrong: send the value of CHARSU_HOST_KEY')
    }
    return { host: true }
  }

  /** Passes whoever may read the metrics. */
  monitor(presented: PresentedCredentials): null {
    const token = this.#bearer(presented)
    if (this.#metricsTokenHash) {
      if (!token) {
        throw unauthenticated(
          'METRICS_TOKEN_MISSING',
          'no metrics token: send it as Authorization: Bearer <CHARSU_METRICS_TOKEN>',
        )
      }
      if (timingSafeEqual(hashSecret(token), this.#metricsTokenHash)) return null
      throw unauthenticated(
        'METRICS_TOKEN_WRONG',
        'the metrics token is wrong: send the value of CHARSU_METRICS_TOKEN',
      )
    }
    if (!this.#deps.metrics?.open) this.host(presented)
    return null
  }

  async session(presented: PresentedCredentials): Promise<UserCaller> {
    const secret = presented.sessionSecret
    const user = secret ? await this.#sessions.get(secret) : null
    if (!user || user.expiresAt <= this.#deps.clock.now()) {
      throw unauthenticated(
        'SESSION_MISSING',
        'not logged in, or the session has ended: open a login link of the host',
      )
    }
    return user
  }

  async developer(presented: PresentedCredentials): Promise<UserCaller> {
    const user = await this.session(presented)
    if (user.developer) return user
    throw new ApiError(
      'PERMISSION_DENIED',
      'the console is for app developers: ask the host to mark you as one',
      {
        reason: 'NOT_A_DEVELOPER',
      },
    )
  }

  async operator(presented: PresentedCredentials): Promise<UserCaller> {
    const user = await this.session(presented)
    if (user.operator) return user
    throw noOperator()
  }
}
