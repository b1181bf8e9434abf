import { latinDigits } from './latin-digits.ts'

/** Degrees as people write them, in any digits, with a point or a comma; null for what is none, or beyond the limit. */
export function readDegrees(text: string, most: number): number | null {
  const bare = latinDigits(text).trim().replace(/[٫,]/, '.').replace('−', '-')
  if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(bare)) return null
  const degrees = Number(bare)
  return Math.abs(degrees) <= most ? degrees : null
}
