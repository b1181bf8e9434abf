import type { OAuthErrorName } from '../oauth.ts'
import type { OAuthEntry } from './entry.ts'

/** Errors of the token endpoint and of the redirect back from consent (wire contract §7). */
export const OAUTH_ENTRIES: Readonly<Record<OAuthErrorName, OAuthEntry>> = {
  invalid_request: {
    http: 400,
    audience: 'app',
    cause:
      'The request lacks a parameter, holds one twice, or one that cannot be read. error_description names it.',
    fix: 'Mend the parameter that is named. The token endpoint takes a form (application/x-www-form-urlencoded) or JSON.',
    example:
      'grant_type=authorization_code&code=cc_…&redirect_uri=https://app.example/charsu/callback&client_id=…&client_secret=…',
  },
  invalid_client: {
    http: 401,
    audience: 'developer',
    cause:
      'The app did not show who it is: client_id or client_secret is missing, client_id is not the slug of an app, or the secret is not that app’s, or was rotated.',
    fix: 'Send the app’s slug and its OAuth client secret, in the body or as HTTP Basic. An API key is no client secret. The console rotates a secret that is lost.',
    example: 'client_id=visit-planner&client_secret=cx_…',
  },
  invalid_grant: {
    http: 400,
    audience: 'app',
    cause:
      'The code or refresh token gives nothing: it is unknown, over (a code lives 10 minutes, a refresh token 30 days), was used before, was given to another app, the redirect_uri differs from the one that the code was asked for with, or the user has taken their consent back. error_description says which.',
    fix: 'Exchange a code once, at once, and with the same redirect_uri. Keep the newest refresh token of each grant, and refresh in one place at a time. When it is over, ask the user for consent again.',
  },
  invalid_scope: {
    http: 400,
    audience: 'app',
    cause:
      'A scope is misspelt, names something that is not the user’s, or is one that the app may not ask for. At a refresh: more was asked for than was granted.',
    fix: 'Mend every scope that error_description names. A production app asks for scopes that the host has approved; a development app for development posts only.',
    example: 'scope=CONVERSATION_SEND_MESSAGE.62c8bd6e-1f05-4b3a-9d0e-6f9b5a0d7c11 USER_ID',
  },
  unauthorized_client: {
    http: 400,
    audience: 'developer',
    cause: 'The app may not get tokens in this way.',
    fix: 'Use grant_type authorization_code, or refresh_token.',
  },
  unsupported_grant_type: {
    http: 400,
    audience: 'app',
    cause: 'The parameter grant_type is none that the token endpoint serves.',
    fix: 'Send authorization_code or refresh_token.',
    example: 'grant_type=authorization_code',
  },
  unsupported_response_type: {
    audience: 'app',
    cause: 'The parameter response_type of the consent URL is not code.',
    fix: 'Send response_type=code. Tokens are never given in a redirect.',
    example: '/oauth2/auth?response_type=code&client_id=…&redirect_uri=…&scope=…&state=…',
  },
  access_denied: {
    audience: 'user',
    cause: 'The user said no.',
    fix: 'Go on without it. Say what the permission is for before you ask again, and ask only when the user begins something that needs it.',
  },
  server_error: {
    http: 500,
    audience: 'host',
    cause: 'Something went wrong in the server.',
    fix: 'Try again later. If it goes on, give the operator the request id (X-Request-Id).',
  },
  temporarily_unavailable: {
    http: 503,
    audience: 'app',
    cause: 'The server cannot answer at this moment, such as when its database is away.',
    fix: 'Send the request again after Retry-After.',
  },
}
