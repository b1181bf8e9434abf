import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Small files of every kind that may be uploaded, made here, byte by byte. */

export const pngImage = (width = 60, height = 40): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: '#a0508080' } })
    .png()
    .toBuffer()

export interface JpegOptions {
  width?: number
  height?: number
  /** As Exif has it, 1 to 8. */
  orientation?: number
  /** Written into its metadata. */
  remark?: string
  progressive?: boolean
}

export const jpegImage = ({
  width = 60,
  height = 40,
  orientation,
  remark,
  progressive = false,
}: JpegOptions = {}) => {
  let image = sharp({ create: { width, height, channels: 3, background: '#a05080' } })
  if (remark) image = image.withExif({ IFD0: { ImageDescription: remark }, IFD3: { GPSLatitudeRef: 'N' } })
  if (orientation) image = image.withMetadata({ orientation })
  return image.jpeg({ progressive }).toBuffer()
}

/** A chunk of a PNG. */
export function pngChunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length)
  bytes.writeUInt32BE(content.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(content, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length)
  return bytes
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** A PNG of any size, grey of 8 bits unless it says otherwise, whose pixels are as small as they can be packed. */
export function emptyPng(
  width: number,
  height: number,
  rows = height,
  { depth = 8, colours = 'grey', interlaced = false } = {},
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = colours === 'rgba' ? 6 : 0
  header[12] = interlaced ? 1 : 0
  const pixels = deflateSync(Buffer.alloc((width + 1) * rows), { level: 9 })
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** Puts a chunk before the pixels. */
export function withPngChunk(png: Buffer, type: string, content: Uint8Array): Buffer {
  const at = PNG_SIGNATURE.length + 25
  return Buffer.concat([png.subarray(0, at), pngChunk(type, content), png.subarray(at)])
}

/** A box of an MP4. */
export function box(type: string, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8, 0)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}

export interface RecordingOptions {
  brand?: string
  compatible?: readonly string[]
  /** Handlers of its tracks. */
  tracks?: readonly string[]
  /** Written into its metadata. */
  remark?: string
  /** Bytes of sound and pictures. */
  bytes?: number
}

/** An MP4, M4A or 3GP whose sound and pictures are zeros. */
export function recording(options: RecordingOptions = {}): Buffer {
  const { brand = 'isom', compatible = ['mp42'], tracks = ['vide', 'soun'], remark, bytes = 1000 } = options
  const about = remark ? [box('udta', box('\xa9xyz', Buffer.from(remark)))] : []
  const track = (handler: string) =>
    box('trak', box('mdia', box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(12))))
  return Buffer.concat([
    box('ftyp', Buffer.from(brand, 'latin1'), Buffer.alloc(4), Buffer.from(compatible.join(''), 'latin1')),
    box('moov', ...tracks.map(track), ...about),
    box('mdat', Buffer.alloc(bytes)),
  ])
}

export const m4aVoice = (options: RecordingOptions = {}): Buffer =>
  recording({ brand: 'M4A ', compatible: ['mp42', 'isom'], tracks: ['soun'], ...options })

export const pdfFile = (text = 'hello'): Buffer =>
  Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${text}\ntrailer<</Root 1 0 R>>\n%%EOF\n`)

/** A ZIP of stored entries. */
export function zipFile(entries: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, rest, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, ...directory, end])
}

const CONTENT_TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'

/** A newer Office document by its main part, such as word/document.xml. */
export const officeFile = (part: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  zipFile({ '[Content_Types].xml': CONTENT_TYPES, [part]: '<document/>', ...more })

/** An older Office document by the name of its stream, such as WordDocument. */
export function compoundFile(stream: string): Buffer {
  const SECTOR = 512
  const STREAM_SECTORS = 20
  const header = Buffer.alloc(SECTOR)
  header.write('d0cf11e0a1b11ae1', 'hex')
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(1, 44)
  header.writeUInt32LE(1, 48)
  header.writeUInt32LE(4096, 56)
  header.writeUInt32LE(0xfffffffe, 60)
  header.writeUInt32LE(0xfffffffe, 68)
  header.fill(0xff, 76)
  header.writeUInt32LE(0, 76)
  const table = Buffer.alloc(SECTOR, 0xff)
  // The table itself, the directory, and a stream of some sectors.
  table.writeUInt32LE(0xfffffffd, 0)
  table.writeUInt32LE(0xfffffffe, 4)
  for (let i = 0; i < STREAM_SECTORS; i++) {
    table.writeUInt32LE(i === STREAM_SECTORS - 1 ? 0xfffffffe : i + 3, 8 + i * 4)
  }
  const directory = Buffer.alloc(SECTOR)
  for (const [i, name] of ['Root Entry', stream].entries()) {
    directory.write(name, i * 128, 'utf16le')
    directory.writeUInt16LE((name.length + 1) * 2, i * 128 + 64)
    directory[i * 128 + 66] = i === 0 ? 5 : 2
  }
  return Buffer.concat([header, table, directory, Buffer.alloc(SECTOR * STREAM_SECTORS)])
}
