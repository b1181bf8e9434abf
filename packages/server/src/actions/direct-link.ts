const OURS = ['post_token', 'completion_url', 'return_url'] as const

/**
 * The page of LOAD_WEBVIEW_DIRECT_LINK (wire contract §11): the app's fallback URL with `post_token`,
 * `completion_url` and `return_url` in its query. The app's own query and fragment stay as they were written; where
 * its query holds one of these three names, ours takes its place.
 */
export function directLink(
  fallbackUrl: string,
  { postToken, returnUrl }: { postToken: string; returnUrl: string },
): string {
  const hash = fallbackUrl.indexOf('#')
  const link = hash < 0 ? fallbackUrl : fallbackUrl.slice(0, hash)
  const fragment = hash < 0 ? '' : fallbackUrl.slice(hash)
  const mark = link.indexOf('?')
  const page = mark < 0 ? link : link.slice(0, mark)
  const own =
    mark < 0
      ? []
      : link
          .slice(mark + 1)
          .split('&')
          .filter(isTheirs)
  const values = [postToken, returnUrl, returnUrl]
  const ours = OURS.map((name, i) => `${name}=${encodeURIComponent(values[i] ?? '')}`)
  return `${page}?${[...own, ...ours].join('&')}${fragment}`
}

function isTheirs(part: string): boolean {
  const [name] = new URLSearchParams(part).keys()
  return name !== undefined && !OURS.some((ours) => ours === name)
}
