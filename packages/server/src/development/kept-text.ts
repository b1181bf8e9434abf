import { storableText } from '../db/storable-text.ts'

/** Of one body. */
export const MOST_KEPT_BYTES = 16 * 1024
/** More is not even looked through for secrets; masked, so much still leaves more than is kept. */
const MOST_READ = 512 * 1024
const MOST_HEADERS = 64
const MOST_HEADER_LENGTH = 1_024
const MOST_URL_LENGTH = 4_096

export interface KeptBody {
  body: string | null
  truncated?: true
}

/**
 * The beginning of a body as PostgreSQL can hold it.
 * @param mask takes the secrets out, before the text is cut, so that no part of one is left at the end.
 */
export function keptBody(
  given: string | Buffer | null,
  { mask, truncated = false }: { mask: (text: string) => string; truncated?: boolean },
): KeptBody {
  if (given === null) return { body: null }
  const read = given.slice(0, MOST_READ)
  const masked = Buffer.from(storableText(mask(read.toString('utf8'))))
  const cut = truncated || read.length < given.length || masked.length > MOST_KEPT_BYTES
  // As a stream, so that half a letter at the end is left out and not replaced.
  const body = new TextDecoder().decode(masked.subarray(0, MOST_KEPT_BYTES), { stream: true })
  return { body, ...(cut && { truncated: true }) }
}

export const keptUrl = (masked: string): string => cut(masked, MOST_URL_LENGTH)

export const keptHeaders = (masked: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(masked)
      .slice(0, MOST_HEADERS)
      .map(([name, value]) => [cut(name, MOST_HEADER_LENGTH), cut(value, MOST_HEADER_LENGTH)]),
  )

const cut = (text: string, most: number): string =>
  storableText(text.length > most ? `${text.slice(0, most)}…` : text)
