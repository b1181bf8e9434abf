import { isLongerThan } from './text-length.ts'

/** Most characters of a link that a button may open (wire contract §2). */
export const MAX_LINK_LENGTH = 2048

/** What is wrong with the link of a button, or undefined: absolute http or https, not too long. */
export function linkFault(link: string): string | undefined {
  if (!isLongerThan(link, MAX_LINK_LENGTH)) return urlFault(link)
  return `must have at most ${MAX_LINK_LENGTH} characters; send a shorter link`
}

/** What is wrong with a URL of any length that a browser is to open, or undefined: absolute http or https. */
export function urlFault(link: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(link)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    return `must be an http or https link, but its scheme is "${scheme.slice(0, 30)}:"`
  }
  // The URL parser alone would also take "https:x", "https:\\x" and line breaks, which readers of a link see
  // differently from browsers.
  if (!/^https?:\/\/[^/\\?#\s]/i.test(link) || hasControlOrEdgeSpace(link) || !URL.canParse(link)) {
    return 'must be an absolute http or https link, such as https://example.com/path'
  }
  return undefined
}

function hasControlOrEdgeSpace(link: string): boolean {
  if (link.trim() !== link) return true
  for (let i = 0; i < link.length; i++) {
    const unit = link.charCodeAt(i)
    if (unit < 0x20 || unit === 0x7f) return true
  }
  return false
}
