import { codePoints, quoted } from './text-length.ts'

const SLUG = /^[a-z0-9][a-z0-9-]{1,49}$/
const MAX_DISPLAY_NAME = 50
const MAX_DESCRIPTION = 1000

/** What is wrong with each text of an app, or undefined. */

export const slugFault = (slug: string): string | undefined =>
  SLUG.test(slug)
    ? undefined
    : `is ${quoted(slug)}, but must be 2 to 50 lower-case letters, digits or hyphens, and not begin with a hyphen`

export function displayNameFault(name: string): string | undefined {
  const length = codePoints(name.trim())
  if (length === 0) return `must have 1 to ${MAX_DISPLAY_NAME} characters, and not white space alone`
  if (length > MAX_DISPLAY_NAME) return `must have at most ${MAX_DISPLAY_NAME} characters, but has ${length}`
  return /\p{Cc}/u.test(name) ? 'must be one line, without control characters' : undefined
}

export function descriptionFault(text: string): string | undefined {
  const length = codePoints(text)
  return length > MAX_DESCRIPTION
    ? `must have at most ${MAX_DESCRIPTION} characters, but has ${length}`
    : undefined
}
