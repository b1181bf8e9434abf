import { readOrientation, writeOrientation } from './exif-orientation.ts'
import { mediaFault } from './media-fault.ts'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
const APP15 = 0xef
const COM = 0xfe

const EXIF = Buffer.from('Exif\0\0', 'latin1')
const COLOUR_PROFILE = Buffer.from('ICC_PROFILE\0', 'latin1')
const ADOBE = Buffer.from('Adobe', 'latin1')
const JFIF = Buffer.from('JFIF\0', 'latin1')

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start)

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

/** What colours and shape hang on; all other application data (places, cameras, previews, comments) goes. */
const isKept = (marker: number, payload: Buffer): boolean => {
  if (marker === APP0) return startsWith(payload, JFIF)
  if (marker === APP2) return startsWith(payload, COLOUR_PROFILE)
  if (marker === APP14) return startsWith(payload, ADOBE)
  return !(marker >= APP0 && marker <= APP15) && marker !== COM
}

const cutOff = () => mediaFault('MEDIA_CUT_OFF', 'is a JPEG that ends before its end: send all of it')
const broken = () => mediaFault('MEDIA_BROKEN', 'is no JPEG that can be read: save it anew and send it again')

/**
 * The same picture, bit for bit, without what a camera or program wrote about it, such as where it was taken, and
 * without whatever follows its end. How it is to be turned is kept.
 * @throws 400 when its structure is broken or it is cut off.
 */
export function cleanJpeg(bytes: Buffer): Buffer {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw broken()
  const parts: Buffer[] = []
  let orientation = 1
  let at = 2
  for (;;) {
    const marker = markerAt(bytes, at)
    at = marker.end
    if (marker.code === EOI) break
    if (at + 2 > bytes.length) throw cutOff()
    const end = at + bytes.readUInt16BE(at)
    if (end < at + 2) throw broken()
    if (end > bytes.length) throw cutOff()
    const payload = bytes.subarray(at + 2, end)
    if (marker.code === APP1 && startsWith(payload, EXIF)) {
      orientation = readOrientation(payload.subarray(EXIF.length))
    }
    if (isKept(marker.code, payload)) parts.push(segment(marker.code, payload))
    at = end
    if (marker.code !== SOS) continue
    const scanEnd = endOfScan(bytes, at)
    parts.push(bytes.subarray(at, scanEnd))
    at = scanEnd
  }
  const turned =
    orientation === 1 ? [] : [segment(APP1, Buffer.concat([EXIF, writeOrientation(orientation)]))]
  return Buffer.concat([Buffer.from([0xff, SOI]), ...turned, ...parts, Buffer.from([0xff, EOI])])
}

/** Markers may be preceded by any number of fill bytes. */
function markerAt(bytes: Buffer, from: number): { code: number; end: number } {
  if (from >= bytes.length) throw cutOff()
  if (bytes[from] !== 0xff) throw broken()
  let at = from
  while (bytes[at] === 0xff) at++
  const code = bytes[at]
  if (code === undefined) throw cutOff()
  if (code === 0 || code === SOI || isRestart(code)) throw broken()
  return { code, end: at + 1 }
}

/** Where the compressed data of a scan ends and the next marker begins. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at)
    const next = at < 0 ? undefined : bytes[at + 1]
    if (next === undefined) throw cutOff()
    if (next === 0xff) {
      // A fill byte: the marker comes after it.
      at -= 1
      continue
    }
    if (next !== 0 && !isRestart(next)) return at
  }
}

function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}
