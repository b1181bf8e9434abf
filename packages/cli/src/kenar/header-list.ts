/** Header names and values in turn, as they came, duplicates and casing included. */
export type HeaderList = readonly string[]

/** Headers of one connection, which mean nothing behind the next. */
const OF_ONE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
])

/** The headers to pass on; `without` are names in lower case. */
export function passedOn(headers: HeaderList, without: readonly string[] = []): string[] {
  const dropped = new Set([...OF_ONE_CONNECTION, ...without, ...namedByConnection(headers)])
  const kept: string[] = []
  forEachHeader(headers, (name, value) => {
    if (!dropped.has(name.toLowerCase())) kept.push(name, value)
  })
  return kept
}

/** The value of a header, of the first where there are several. */
export function headerOf(headers: HeaderList, wanted: string): string | undefined {
  let found: string | undefined
  forEachHeader(headers, (name, value) => {
    if (found === undefined && name.toLowerCase() === wanted) found = value
  })
  return found
}

/** The same headers with each value as `change` makes it. */
export function mapHeaders(headers: HeaderList, change: (name: string, value: string) => string): string[] {
  const changed: string[] = []
  forEachHeader(headers, (name, value) => changed.push(name, change(name.toLowerCase(), value)))
  return changed
}

function namedByConnection(headers: HeaderList): string[] {
  const names: string[] = []
  forEachHeader(headers, (name, value) => {
    if (name.toLowerCase() !== 'connection') return
    names.push(...value.split(',').map((word) => word.trim().toLowerCase()))
  })
  return names
}

function forEachHeader(headers: HeaderList, visit: (name: string, value: string) => void): void {
  for (let i = 0; i + 1 < headers.length; i += 2) visit(headers[i] ?? '', headers[i + 1] ?? '')
}
