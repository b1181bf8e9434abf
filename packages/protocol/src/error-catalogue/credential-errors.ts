import type { Answers } from './entry.ts'

/** Who calls, and what they may do (wire contract §1). */
export const CREDENTIAL_ERRORS = {
  API_KEY_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The call carries no API key.',
    fix: 'Send one of the app’s API keys in the header X-Api-Key. The console makes keys and shows each of them once.',
    example: 'X-Api-Key: ck_…',
  },
  API_KEY_UNKNOWN: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause:
      'No app has this API key, or the key was revoked. Nothing may be added to a key or cut off from it.',
    fix: 'Compare the key with those that the console lists as active. If it is lost, make a new one: a key is shown only once.',
  },
  PERMISSION_MISSING: {
    code: 'PERMISSION_DENIED',
    audience: 'developer',
    cause:
      'The API key is valid, but it does not carry the permission that this operation needs. The metadata name it.',
    fix: 'Make a key that carries the permission, in the console. A production app first asks the host to approve it; a development app has every permission at once.',
    example: 'POST /v2/open-platform/conversations/{conversation_id}/messages needs CHAT_SEND_MESSAGE_OAUTH.',
  },
  SCOPE_MISSING: {
    code: 'PERMISSION_DENIED',
    audience: 'app',
    cause:
      'The user whose token was sent has not granted the scope that this call needs. A scope for one conversation or post does not cover another one. The metadata name the scope.',
    fix: 'Send the user to /oauth2/auth with the scope that is named, letter by letter, and use the token of that consent.',
    example: 'CONVERSATION_SEND_MESSAGE.62c8bd6e-1f05-4b3a-9d0e-6f9b5a0d7c11',
  },
  ACCESS_TOKEN_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The operation acts for a user, and the call carries no access token of one.',
    fix: 'Send the access token that /oauth2/token answered, beside the API key.',
    example: 'Authorization: Bearer ca_…',
  },
  ACCESS_TOKEN_UNKNOWN: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause:
      'No access token reads like this one, or the user has taken their consent back and the token died with it.',
    fix: 'Check that the token is sent whole. If it is, forget it and ask the user for consent again at /oauth2/auth.',
  },
  ACCESS_TOKEN_EXPIRED: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The access token was valid, and its hour is over.',
    fix: 'Exchange the refresh token at /oauth2/token. Without one (the scope offline_access gives it) ask for consent again.',
    example: 'grant_type=refresh_token&refresh_token=cr_…&client_id=…&client_secret=…',
  },
  ACCESS_TOKEN_OF_ANOTHER_APP: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause: 'The access token was given to one app and the API key belongs to another.',
    fix: 'Send a key and a token of the same app. Often a key of production meets a token of development.',
  },
  CREDENTIAL_REVOKED: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause:
      'The API key was revoked, or the user’s consent taken back or run out, while the call was being carried out. Nothing was stored.',
    fix: 'Ask the user for consent again at /oauth2/auth, or take another key. Sending the same call again does not help.',
  },
  CLIENT_UNKNOWN: {
    code: 'UNAUTHENTICATED',
    audience: 'app',
    cause:
      'The older exchange of a code got a client_id that is no app, or a client_secret that is no API key of this app in force.',
    fix: 'Send the app’s slug as client_id, and as client_secret an API key that the console lists as active. The newer /oauth2/token takes the OAuth client secret instead.',
  },
  DEVELOPMENT_POSTS_ONLY: {
    code: 'PERMISSION_DENIED',
    audience: 'developer',
    cause: 'The app is in development, so it acts on development posts alone, and this is about a real one.',
    fix: 'Use a development post: make one in the console (POST /console/v1/development-posts). To act on real posts, have the app approved by the host.',
  },
  HOST_KEY_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'host',
    cause: 'The host API was called without the host key.',
    fix: 'Send the value of CHARSU_HOST_KEY with each call.',
    example: 'Authorization: Bearer <CHARSU_HOST_KEY>',
  },
  HOST_KEY_WRONG: {
    code: 'UNAUTHENTICATED',
    audience: 'host',
    cause: 'The key of this call to the host API is not the one that the server was started with.',
    fix: 'Send the value of CHARSU_HOST_KEY. In development the server prints the key as it starts. API keys of apps are no host keys.',
  },
  METRICS_TOKEN_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'host',
    cause: 'Metrics are guarded by a token of their own, and the call carries none.',
    fix: 'Send the value of CHARSU_METRICS_TOKEN.',
    example: 'Authorization: Bearer <CHARSU_METRICS_TOKEN>',
  },
  METRICS_TOKEN_WRONG: {
    code: 'UNAUTHENTICATED',
    audience: 'host',
    cause: 'The token of this call is not the one that guards the metrics.',
    fix: 'Send the value of CHARSU_METRICS_TOKEN, as the server was started with it.',
  },
  SESSION_MISSING: {
    code: 'UNAUTHENTICATED',
    audience: 'user',
    cause: 'The call is for a person who is logged in, and it carries no session, or one that has ended.',
    fix: 'Open a login link of the host in the same browser. The session comes as the cookie charsu_session; a script has to send it too.',
  },
  NOT_A_DEVELOPER: {
    code: 'PERMISSION_DENIED',
    audience: 'developer',
    cause: 'The console is for app developers, and the host has not marked this account as one.',
    fix: 'Ask the host. It sets developer to true with PUT /host/v1/users/{host_id}; it works at once.',
  },
  NOT_AN_OPERATOR: {
    code: 'PERMISSION_DENIED',
    audience: 'user',
    cause: 'The call is for the marketplace’s own staff, and this account is not marked as an operator.',
    fix: 'Ask the host. It sets operator to true with PUT /host/v1/users/{host_id}; it works at once.',
  },
  CROSS_ORIGIN: {
    code: 'PERMISSION_DENIED',
    audience: 'user',
    cause:
      'A page of another site made this call with the cookie of a logged-in person. Such calls are refused, so that no site can act for its visitors.',
    fix: 'Make the call from Charsu’s own pages. A server that acts for an app uses an API key; a browser’s cookie is not for it. Behind a proxy, set CHARSU_PUBLIC_URL to the address that browsers show.',
  },
  HOST_NOT_ALLOWED: {
    code: 'PERMISSION_DENIED',
    audience: 'developer',
    cause:
      'The server runs in development mode, where anybody can be anybody, so it answers to names of this machine only. The header Host names another one.',
    fix: 'Call http://localhost with the server’s port, or run it in production mode with CHARSU_PUBLIC_URL.',
    example: 'http://localhost:4400',
  },
  MINUTE_LIMIT_EXCEEDED: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'app',
    cause:
      'The app has made as many calls as it may within a minute. Calls that were refused for other reasons count too. The metadata say the limit and when it resets.',
    fix: 'Wait as many seconds as Retry-After says, then send the call again. Spread calls over time: RateLimit-Remaining says how many are left.',
  },
  DAILY_QUOTA_EXCEEDED: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'developer',
    cause: 'The app has made as many calls as it may in a day. The day is that of UTC.',
    fix: 'Wait until the day ends (Retry-After), make fewer calls (events tell what you poll for), or ask the marketplace for a higher quota.',
  },
  MESSAGE_LIMIT_EXCEEDED: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'user',
    cause: 'A person has written as many messages as one person may within a minute.',
    fix: 'Wait as long as Retry-After says, then send the message again.',
  },
  CHECK_LIMIT_EXCEEDED: {
    code: 'RESOURCE_EXHAUSTED',
    audience: 'developer',
    cause: 'A developer has had as many addresses tried out as one developer may within a minute.',
    fix: 'Wait as long as Retry-After says, then check the address again. Saving needs no check.',
  },
} as const satisfies Answers
