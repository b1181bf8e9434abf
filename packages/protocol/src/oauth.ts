import * as Type from 'typebox'

/** Query of `GET /oauth2/auth` (wire contract §7). PKCE is optional. */
export const AuthorizeQuery = Type.Object({
  response_type: Type.Literal('code'),
  /** The app's slug. */
  client_id: Type.String(),
  /** Exactly one of the app's registered URIs. */
  redirect_uri: Type.String(),
  /** Space-separated scopes. */
  scope: Type.String(),
  /** Returned byte for byte. */
  state: Type.Optional(Type.String()),
  code_challenge: Type.Optional(Type.String()),
  code_challenge_method: Type.Optional(Type.Enum(['S256', 'plain'])),
})

export type AuthorizeQuery = Type.Static<typeof AuthorizeQuery>

/** Body of `POST /oauth2/token`, a form or JSON; the client may authenticate by HTTP Basic instead. */
export const TokenRequest = Type.Object({
  grant_type: Type.Enum(['authorization_code', 'refresh_token']),
  client_id: Type.Optional(Type.String()),
  client_secret: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  redirect_uri: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  code_verifier: Type.Optional(Type.String()),
})

export type TokenRequest = Type.Static<typeof TokenRequest>

/** Seconds that an access token lives. */
export const ACCESS_TOKEN_SECONDS = 3600

export const TokenAnswer = Type.Object({
  access_token: Type.String({ maxLength: 100 }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer(),
  /** As granted, in the spelling that was asked for. */
  scope: Type.String(),
  /** Only with offline_access. */
  refresh_token: Type.Optional(Type.String({ maxLength: 100 })),
})

export type TokenAnswer = Type.Static<typeof TokenAnswer>

/** Errors of the token endpoint, and of the redirect back from consent, in OAuth's own form. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
] as const

export type OAuthErrorName = (typeof OAUTH_ERRORS)[number]

export const OAuthErrorAnswer = Type.Object({
  error: Type.Enum([...OAUTH_ERRORS]),
  error_description: Type.String(),
  /** A page that tells the error's cause and fix (RFC 6749 §5.2); absent at other platforms. */
  error_uri: Type.Optional(Type.String()),
})

export type OAuthErrorAnswer = Type.Static<typeof OAuthErrorAnswer>
