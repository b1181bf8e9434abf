import sharp from 'sharp'
import { cleanJpeg } from './clean-jpeg.ts'
import { cleanPng } from './clean-png.ts'
import { mediaFault } from './media-fault.ts'

/** Most pixels of an image, and of one of its sides: what phones make, and little enough to decode. */
const MOST_PIXELS = 50_000_000
const LONGEST_SIDE = 20_000
/** One that is sent in passes, each finer, is held whole while it is decoded: most pixels times colours. */
const MOST_HELD_SAMPLES = 100_000_000
/** Longest side of a thumbnail, in pixels. */
const THUMBNAIL_SIDE = 400
const THUMBNAIL_QUALITY = 75
const DECODE_SECONDS = 20

export const THUMBNAIL_TYPE = 'image/jpeg'

export interface ImageFacts {
  /** What is stored and served. */
  bytes: Buffer
  /** In pixels, as it is shown: turned as the image says. */
  width: number
  height: number
  /** A JPEG that fits into 400 × 400 pixels. */
  thumbnail: Buffer
}

// Uploads are decoded by these two readers alone, whatever they claim to be; one thread each, and nothing is cached.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng'] })
sharp.concurrency(1)
sharp.cache(false)

const broken = (field: string, cause: unknown) =>
  mediaFault('MEDIA_BROKEN', 'is an image that cannot be decoded: save it anew and send it again', {
    field,
    cause,
  })

/**
 * Takes an image apart: what is about it is removed, its size is read, and all of it is decoded once, for the
 * thumbnail; so an image that is stored is one that can be shown.
 * @throws 400 when it is cut off, broken, moves, or has too many pixels.
 */
export async function readImage(
  sent: Buffer,
  { type, field }: { type: 'image/jpeg' | 'image/png'; field: string },
): Promise<ImageFacts> {
  const bytes = type === 'image/jpeg' ? cleanJpeg(sent) : cleanPng(sent)
  // Reads the header alone.
  const { autoOrient, isProgressive, channels } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw broken(field, cause)
    })
  const { width, height } = autoOrient
  if (width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE) {
    throw mediaFault(
      'MEDIA_TOO_MANY_PIXELS',
      `has ${width} × ${height} pixels: at most ${MOST_PIXELS / 1e6} million are accepted, and ${LONGEST_SIDE} a side`,
      { field },
    )
  }
  if (isProgressive && width * height * channels > MOST_HELD_SAMPLES) {
    const most = Math.floor(MOST_HELD_SAMPLES / channels / 1e6)
    throw mediaFault(
      'MEDIA_TOO_MANY_PIXELS',
      `has ${width} × ${height} pixels and is progressive (interlaced): at most ${most} million are accepted so; save it as a plain one`,
      { field },
    )
  }
  const thumbnail = await sharp(bytes, {
    limitInputPixels: MOST_PIXELS,
    sequentialRead: true,
    failOn: 'error',
    pages: 1,
    autoOrient: true,
  })
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .timeout({ seconds: DECODE_SECONDS })
    .toBuffer()
    .catch((cause: unknown) => {
      throw broken(field, cause)
    })
  return { bytes, width, height, thumbnail }
}

const POSTER_WIDTH = 320
const POSTER_HEIGHT = 180
const POSTER_GREY = 0x33
const POSTER_LIGHT = 0xdd
const TRIANGLE_HALF = 30

/** For videos that come without a picture: a light triangle on dark grey. */
export function drawPoster(): Promise<Buffer> {
  const pixels = Buffer.alloc(POSTER_WIDTH * POSTER_HEIGHT, POSTER_GREY)
  for (let y = 0; y < POSTER_HEIGHT; y++) {
    const fromMiddle = Math.abs(y - POSTER_HEIGHT / 2)
    if (fromMiddle > TRIANGLE_HALF) continue
    const from = POSTER_WIDTH / 2 - TRIANGLE_HALF * 0.6
    const width = (TRIANGLE_HALF - fromMiddle) * 1.6
    pixels.fill(
      POSTER_LIGHT,
      y * POSTER_WIDTH + Math.round(from),
      y * POSTER_WIDTH + Math.round(from + width),
    )
  }
  return sharp(pixels, { raw: { width: POSTER_WIDTH, height: POSTER_HEIGHT, channels: 1 } })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer()
}
