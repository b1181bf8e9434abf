/** A secret that was shortened when it was recorded, and the shell variable that stands for it. */
export interface Secret {
  variable: string
  /** What it is, for a line of comment. */
  what: string
}

const OF_PREFIX: Readonly<Record<string, Secret>> = {
  ck: { variable: 'CHARSU_API_KEY', what: 'the API key of the app, ck_…' },
  ca: { variable: 'CHARSU_ACCESS_TOKEN', what: 'an access token of the user’s consent, ca_…' },
  cr: { variable: 'CHARSU_REFRESH_TOKEN', what: 'the refresh token of the user’s consent, cr_…' },
  cc: { variable: 'CHARSU_CODE', what: 'an authorization code, cc_…' },
  cx: { variable: 'CHARSU_CLIENT_SECRET', what: 'the client secret of the app, cx_…' },
  cu: { variable: 'CHARSU_UPLOAD_TOKEN', what: 'an upload token, cu_…' },
  cs: { variable: 'CHARSU_SESSION', what: 'the session of a person, cs_…' },
  cl: { variable: 'CHARSU_LOGIN_LINK', what: 'a login link, cl_…' },
  whsec: { variable: 'CHARSU_WEBHOOK_SECRET', what: 'the webhook secret of the app, whsec_…' },
}

export const IDENTIFICATION_KEY: Secret = {
  variable: 'CHARSU_IDENTIFICATION_KEY',
  what: 'the identification key of the app',
}
export const API_KEY = OF_PREFIX.ck as Secret
export const ACCESS_TOKEN = OF_PREFIX.ca as Secret
export const WEBHOOK_SECRET = OF_PREFIX.whsec as Secret
export const CLIENT_SECRET = OF_PREFIX.cx as Secret

/** What the server leaves of a secret of its own: a prefix, a few characters, and an ellipsis. */
const SHORTENED = /(c[ackrlsux]|whsec)_[A-Za-z0-9+/=_.-]{0,6}…/

/** A text in which secrets stand out from the rest. */
export type Parts = readonly (string | Secret)[]

export function partsOf(text: string): Parts {
  const found = SHORTENED.exec(text)
  if (!found) return text === '' ? [] : [text]
  const before = text.slice(0, found.index)
  const secret = OF_PREFIX[found[1] ?? ''] as Secret
  return [...(before ? [before] : []), secret, ...partsOf(text.slice(found.index + found[0].length))]
}

/** One word of a POSIX shell, whatever is in it. */
export const shellWord = (parts: Parts): string =>
  parts.length === 0
    ? "''"
    : parts.map((part) => (typeof part === 'string' ? quoted(part) : `"$${part.variable}"`)).join('')

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

export const secretsOf = (parts: Parts): Secret[] =>
  parts.filter((part): part is Secret => typeof part !== 'string')
