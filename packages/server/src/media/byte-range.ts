export type RangeAnswer =
  | { kind: 'whole' }
  | { kind: 'part'; first: number; last: number }
  | { kind: 'unsatisfiable' }

const WHOLE: RangeAnswer = { kind: 'whole' }

/**
 * What a Range header asks for of `size` bytes (RFC 9110 §14.2). Several ranges at once, other units and what makes no
 * sense are answered with the whole, as the standard lets a server do.
 * @param ifRange only if the file is still this one is a part wanted.
 */
export function readRange(
  range: string | undefined,
  { size, etag, ifRange }: { size: number; etag: string; ifRange: string | undefined },
): RangeAnswer {
  const [, from = '', to = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range ?? '') ?? []
  if (from === '' && to === '') return WHOLE
  if (ifRange !== undefined && ifRange !== etag) return WHOLE
  if (from === '') {
    const count = Number(to)
    if (count === 0) return { kind: 'unsatisfiable' }
    return { kind: 'part', first: Math.max(0, size - count), last: size - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return WHOLE
  if (first >= size) return { kind: 'unsatisfiable' }
  return { kind: 'part', first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}

/** Whether an If-None-Match header names this tag (RFC 9110 §13.1.2, weak comparison). */
export const namesTag = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag)
