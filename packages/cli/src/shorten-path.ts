const UUID = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi

/** A path in at most `width` letters: ids by their first eight, and what stands in the middle left out where it must. */
export function shortenPath(path: string, width: number): string {
  const short = path.replace(UUID, '$1…')
  if (short.length <= width) return short
  const [, first = '', ...rest] = short.split('/')
  for (let i = 1; i < rest.length; i++) {
    const candidate = `/${first}/…/${rest.slice(i).join('/')}`
    if (candidate.length <= width) return candidate
  }
  return `${short.slice(0, width - 1)}…`
}
