/** Who may call an operation (wire contract §1 for the app's two forms). */
export interface Callers {
  anyone: null
  /** Whoever works at this machine, in development mode alone: anybody but another site's page. */
  local: null
  /** An API key alone. */
  app: AppCaller
  /** An API key and a user's token for the same app. */
  'app-with-user': AppUserCaller
  /** An API key, and a user's token where one is sent; a token that is no good is refused all the same. */
  'app-maybe-user': AppMaybeUserCaller
  /** The marketplace's backend, by the host key. */
  host: HostCaller
  /** Whoever collects metrics: by the metrics token, else by the host key; anybody in development. */
  monitor: null
  /** A person, by session cookie. */
  user: UserCaller
  /** A person the host marked as app developer. */
  developer: UserCaller
  /** A person of the marketplace's staff, marked as operator. */
  operator: UserCaller
}

export type CallerKind = keyof Callers

export interface AppCaller {
  keyId: string
  appId: string
  slug: string
  displayName: string
  development: boolean
  permissions: ReadonlySet<string>
  /** What the host set for this app; null where the usual limit holds, 0 for none. */
  callLimits: { perMinute: number | null; perDay: number | null }
}

export interface UserToken {
  tokenId: string
  appId: string
  userId: string
  grantId: string
  /** Canonical `NAME` or `NAME.RESOURCE`. */
  scopes: ReadonlySet<string>
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface AppUserCaller extends AppCaller {
  token: UserToken
}

export interface AppMaybeUserCaller extends AppCaller {
  /** Null when none was sent. */
  token: UserToken | null
}

export interface HostCaller {
  host: true
}

export interface UserCaller {
  userId: string
  hostId: string
  name: string
  locale: string
  developer: boolean
  operator: boolean
  blacklisted: boolean
  /** Hash of the session's secret; names the session in the database. */
  sessionHash: Buffer
  /** Milliseconds since 1970. */
  expiresAt: number
}
