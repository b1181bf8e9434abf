import { type FileHandle, open } from 'node:fs/promises'
import { type Box, BoxFault, boxesIn, boxesOf } from './iso-boxes.ts'
import { mediaFault } from './media-fault.ts'
import { KIND_RULES } from './media-kinds.ts'

/** Four characters each: brands that say "MP4", in both spellings of what came after its first edition. */
const MP4_BRAND = /^(isom|iso[2-9a-c]|mp4[12]|avc1|M4V[ HP]?|MSNV|dash|cmfc|f4v |mmp4|NDS[A-Z])$/
const M4A_BRAND = /^(M4A |M4B )$/
const THREE_GP_BRAND = /^3g[a-z0-9]{2}$/

/** What people and phones write about a recording, such as where it was made. */
const ABOUT = new Set(['udta', 'meta', 'uuid'])
const MOST_TRACKS = 64
const ZEROS = Buffer.alloc(64 * 1024)

export interface RecordingFacts {
  contentType: 'video/mp4' | 'audio/mp4' | 'audio/3gpp'
}

/**
 * Looks at an MP4, M4A or 3GP file without reading its sound and pictures, and blanks out, in place, what is written
 * about it. Nothing moves, so it plays as before.
 * @throws 400 when it is something else, cut off, or holds no picture (video) or one (voice).
 */
export async function readRecording(path: string, kind: 'video' | 'voice'): Promise<RecordingFacts> {
  await using file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    const boxes = await boxesOf(file, size)
    const contentType = contentTypeOf(await brandsOf(file, boxes[0]), kind)
    const movie = boxes.find(({ type }) => type === 'moov')
    if (!movie || !boxes.some(({ type }) => type === 'mdat')) throw new BoxFault(true)
    const inMovie = await boxesIn(file, movie.from, movie.to)
    const tracks = inMovie.filter(({ type }) => type === 'trak')
    if (tracks.length > MOST_TRACKS) throw new BoxFault(false)
    const inTracks = await Promise.all(tracks.map(({ from, to }) => boxesIn(file, from, to)))
    checkTracks(await Promise.all(inTracks.map((boxesOfTrack) => handlerOf(file, boxesOfTrack))), kind)
    for (const box of [...boxes, ...inMovie, ...inTracks.flat()]) {
      if (ABOUT.has(box.type)) await blank(file, box)
    }
    return { contentType }
  } catch (error) {
    if (!(error instanceof BoxFault)) throw error
    throw error.cutOff
      ? mediaFault('MEDIA_CUT_OFF', 'ends before its end: send all of it')
      : mediaFault('MEDIA_BROKEN', 'cannot be read: save it anew and send it again')
  }
}

async function brandsOf(file: FileHandle, box: Box | undefined): Promise<string[]> {
  if (box?.type !== 'ftyp') throw new BoxFault(false)
  const bytes = Buffer.alloc(Math.min(box.to - box.from, 256))
  await file.read(bytes, 0, bytes.length, box.from)
  const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.toString('latin1', i * 4, i * 4 + 4))
  // The second word is a version.
  return words.filter((_, i) => i !== 1)
}

function contentTypeOf(
  [major = '', ...others]: string[],
  kind: 'video' | 'voice',
): RecordingFacts['contentType'] {
  const isMp4 = MP4_BRAND.test(major)
  if (kind === 'video') {
    if (isMp4) return 'video/mp4'
  } else {
    if (THREE_GP_BRAND.test(major)) return 'audio/3gpp'
    if (isMp4 || M4A_BRAND.test(major)) return 'audio/mp4'
  }
  const near = others.find((brand) => MP4_BRAND.test(brand)) ? ', though it says it is like one' : ''
  throw mediaFault(
    'MEDIA_TYPE_WRONG',
    `is of the brand ${JSON.stringify(major)}${near}, but must be ${KIND_RULES[kind].accepts}`,
  )
}

/** Of a track: vide, soun, or what else there is. */
async function handlerOf(file: FileHandle, track: readonly Box[]): Promise<string> {
  const media = track.find(({ type }) => type === 'mdia')
  if (!media) return ''
  const handler = (await boxesIn(file, media.from, media.to)).find(({ type }) => type === 'hdlr')
  if (!handler) return ''
  const bytes = Buffer.alloc(4)
  // After version, flags and a word that is always zero.
  await file.read(bytes, 0, 4, handler.from + 8)
  return bytes.toString('latin1')
}

function checkTracks(handlers: readonly string[], kind: 'video' | 'voice'): void {
  const hasPicture = handlers.includes('vide')
  if (kind === 'video' && !hasPicture) {
    throw mediaFault('MEDIA_TYPE_WRONG', 'holds no picture: upload a recording of sound as voice')
  }
  if (kind === 'voice' && hasPicture) {
    throw mediaFault('MEDIA_TYPE_WRONG', `holds a picture, but must be ${KIND_RULES.voice.accepts}`)
  }
  if (kind === 'voice' && !handlers.includes('soun')) {
    throw mediaFault('MEDIA_TYPE_WRONG', `holds no sound, but must be ${KIND_RULES.voice.accepts}`)
  }
}

/** Becomes free space of the same size. */
async function blank(file: FileHandle, { at, from, to }: Box): Promise<void> {
  await file.write('free', at + 4, 'latin1')
  for (let done = from; done < to; ) {
    const { bytesWritten } = await file.write(ZEROS, 0, Math.min(ZEROS.length, to - done), done)
    done += bytesWritten
  }
}
