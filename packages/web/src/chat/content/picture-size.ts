const WIDEST = 320
const TALLEST = 380
const SMALLEST = 120

/**
 * CSS pixels that a picture takes in the list, known before it is loaded. One that is much longer than wide, or the
 * other way round, is cut.
 */
export function pictureSize(widthPx: number, heightPx: number): { width: number; height: number } {
  const width = Math.max(1, widthPx)
  const height = Math.max(1, heightPx)
  const scale = Math.min(WIDEST / width, TALLEST / height, 1)
  const within = (size: number, most: number): number =>
    Math.round(Math.min(most, Math.max(SMALLEST, size * scale)))
  return { width: within(width, WIDEST), height: within(height, TALLEST) }
}
