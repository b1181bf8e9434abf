const LONGEST_PX = 2560
const QUALITY = 0.85
const MOST_BYTES = 5 * 1_048_576
const TAKEN = ['image/png', 'image/jpeg']

export interface PreparedPicture {
  file: File
  width_px: number | null
  height_px: number | null
}

/**
 * A picture as the marketplace takes it: one of another kind, or too large, is drawn anew as a JPEG. What the browser
 * cannot read is left as it is, for the server to judge.
 */
export async function preparePicture(file: File): Promise<PreparedPicture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (bitmap === null) return { file, width_px: null, height_px: null }
  try {
    if (TAKEN.includes(file.type) && file.size <= MOST_BYTES) {
      return { file, width_px: bitmap.width, height_px: bitmap.height }
    }
    const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height))
    const width = Math.max(1, Math.round(bitmap.width * scale))
    const height = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = new OffscreenCanvas(width, height)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
    const name = file.name.replace(/\.[^.]*$/, '.jpg')
    return { file: new File([blob], name, { type: 'image/jpeg' }), width_px: width, height_px: height }
  } finally {
    bitmap.close()
  }
}
