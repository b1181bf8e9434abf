/** Longest path that a login link leads back to; an authorization request with many scopes must fit. */
export const MAX_RETURN_PATH = 8192

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/**
 * What is wrong with `return_to`, or undefined for a path of this origin with an optional query. Browsers read
 * `//host`, `/\host` and backslashes as another origin and drop tabs and line breaks inside a URL, so only plain
 * visible ASCII without backslashes passes.
 */
export function returnPathFault(path: string): string | undefined {
  const rule = 'must be a path of this origin such as /chat?tab=all, percent-encoded'
  if (path.length > MAX_RETURN_PATH)
    return `is ${path.length} characters long, but may have ${MAX_RETURN_PATH}`
  if (!VISIBLE_ASCII.test(path)) return `has spaces, control characters or non-ASCII letters: it ${rule}`
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\')) {
    return `leads to another origin, or is no path: it ${rule}`
  }
  // Whatever else a browser's URL parser may find in it.
  const origin = 'https://this.invalid'
  const leadsAway = !URL.canParse(path, origin) || new URL(path, origin).origin !== origin
  return leadsAway ? `leads to another origin: it ${rule}` : undefined
}
