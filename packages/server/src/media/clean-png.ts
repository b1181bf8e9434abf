import { crc32 } from 'node:zlib'
import { readOrientation, writeOrientation } from './exif-orientation.ts'
import { mediaFault } from './media-fault.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Length, type and checksum. */
const FRAME_BYTES = 12

/** What the picture and its colours hang on; texts, times, places and whatever else programs add go. */
const KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'pHYs'])

const cutOff = () => mediaFault('MEDIA_CUT_OFF', 'is a PNG that ends before its end: send all of it')
const broken = () => mediaFault('MEDIA_BROKEN', 'is no PNG that can be read: save it anew and send it again')
const animated = () =>
  mediaFault('MEDIA_TYPE_WRONG', 'is an animated PNG, but must be a PNG or JPEG image that stands still')

/**
 * The same picture, bit for bit, without texts, places and times, and without whatever follows its end. How it is to
 * be turned is kept.
 * @throws 400 when its structure is broken, it is cut off, or it moves.
 */
export function cleanPng(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw broken()
  const header: Buffer[] = []
  const parts: Buffer[] = []
  let orientation = 1
  let at = SIGNATURE.length
  for (;;) {
    if (at + FRAME_BYTES > bytes.length) throw cutOff()
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (!/^[A-Za-z]{4}$/.test(type)) throw broken()
    const end = at + FRAME_BYTES + length
    if (end > bytes.length) throw cutOff()
    if ((at === SIGNATURE.length) !== (type === 'IHDR')) throw broken()
    if (type === 'acTL') throw animated()
    if (type === 'eXIf') orientation = readOrientation(bytes.subarray(at + 8, end - 4))
    if (type === 'IHDR') header.push(bytes.subarray(at, end))
    else if (KEPT.has(type)) parts.push(bytes.subarray(at, end))
    at = end
    if (type === 'IEND') break
  }
  const turned = orientation === 1 ? [] : [chunk('eXIf', writeOrientation(orientation))]
  return Buffer.concat([SIGNATURE, ...header, ...turned, ...parts])
}

function chunk(type: string, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES + payload.length)
  bytes.writeUInt32BE(payload.length, 0)
  bytes.write(type, 4, 'latin1')
  payload.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + payload.length)), 8 + payload.length)
  return bytes
}
