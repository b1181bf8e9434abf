import { BedError } from './bed-error.ts'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y

/** Milliseconds of a duration such as `'10m'`, `'1h 30m'` or `1500`. @throws BedError for anything else. */
export function milliseconds(duration: number | string): number {
  const ms = typeof duration === 'number' ? duration : read(duration.replaceAll(' ', ''))
  if (ms !== undefined && Number.isFinite(ms) && ms >= 0) return ms
  throw new BedError(
    `${JSON.stringify(duration)} is no duration: write '500ms', '10s', '5m', '2h', '1d', '1h 30m', or milliseconds as a number`,
  )
}

function read(text: string): number | undefined {
  let sum: number | undefined
  PART.lastIndex = 0
  for (let end = 0; end < text.length; end = PART.lastIndex) {
    const part = PART.exec(text)
    if (!part) return undefined
    sum = (sum ?? 0) + Number(part[1]) * UNITS[part[2]!]!
  }
  return sum
}
