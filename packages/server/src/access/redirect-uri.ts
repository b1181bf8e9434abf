const MAX_LENGTH = 2048
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** Schemes under which a browser runs or shows something itself instead of handing the answer to an app. */
const FORBIDDEN_SCHEMES = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
])

/** Query parameters that the answer adds; an app could not tell its own from ours. */
const ANSWER_PARAMETERS = ['code', 'state', 'error', 'error_description']

/**
 * What is wrong with a redirect URI that an app wants to register, or undefined (wire contract §7). Allowed are
 * http and https, and private-use schemes of installed apps such as `myapp://callback`. Requests are compared with
 * the registered text byte for byte, so it is kept exactly as given.
 */
export function redirectUriFault(uri: string): string | undefined {
  if (uri.length > MAX_LENGTH) return `is ${uri.length} characters long, but may have ${MAX_LENGTH}`
  if (!VISIBLE_ASCII.test(uri) || !URL.canParse(uri)) {
    return 'must be an absolute URL such as https://app.example/callback; percent-encode spaces and non-ASCII letters'
  }
  const url = new URL(uri)
  if (FORBIDDEN_SCHEMES.has(url.protocol)) {
    return `must not begin with ${url.protocol}; use https:, http: or a scheme of your own such as myapp:`
  }
  if (uri.includes('#')) return 'must not have a fragment (#…): browsers would not send the answer to the app'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  const taken = ANSWER_PARAMETERS.find((name) => url.searchParams.has(name))
  return taken && `must not have ${taken} in its query: the answer adds a parameter of that name`
}
