export type BarTone = 'accent' | 'good' | 'warn' | 'bad'

export interface BarFrame {
  width: number
  height: number
  /** The value at the upper edge; above 0. */
  top: number
  /** The first point stands at the end of the width. */
  isMirrored: boolean
}

export interface Bar {
  /** Which point it shows. */
  at: number
  x: number
  width: number
  /** From the ground up; those of nothing are left out. */
  parts: { of: number; y: number; height: number }[]
}

/** Of the room of one bar, how much it fills. */
const FILLED = 0.72
/** A value that is there is seen, however small. */
const LEAST_HEIGHT = 2

/** Where each bar and its parts stand, y from above. */
export function barsOf(
  points: readonly { values: readonly number[] }[],
  { width, height, top, isMirrored }: BarFrame,
): Bar[] {
  const room = width / Math.max(1, points.length)
  return points.map(({ values }, at) => {
    const place = isMirrored ? points.length - 1 - at : at
    const parts: Bar['parts'] = []
    let ground = height
    for (const [of, value] of values.entries()) {
      if (value <= 0) continue
      const tall = Math.max(LEAST_HEIGHT, (value / top) * height)
      ground -= tall
      parts.push({ of, y: ground, height: tall })
    }
    return { at, x: place * room + (room * (1 - FILLED)) / 2, width: room * FILLED, parts }
  })
}

/** The next number at or above it that halves well and reads well: 2, 4, 10, 20, 40, 60, 100, … */
export function scaleTop(highest: number): number {
  if (highest <= 2) return 2
  const power = 10 ** Math.floor(Math.log10(highest))
  for (const step of [1, 2, 4, 6, 8, 10]) {
    const top = step * power
    if (top >= highest && (top / 2) % 1 === 0) return top
  }
  return 10 * power
}
