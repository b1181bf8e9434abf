import type { FileHandle } from 'node:fs/promises'

/** A box of an ISO base media file (MP4, M4A, 3GP). */
export interface Box {
  type: string
  /** Where its header begins, where its content begins, and where it ends. */
  at: number
  from: number
  to: number
}

/** The file does not hold together: why, in the words of a refusal. */
export class BoxFault extends Error {
  readonly cutOff: boolean

  constructor(cutOff: boolean) {
    super(cutOff ? 'a box ends after the file' : 'a box makes no sense')
    this.name = 'BoxFault'
    this.cutOff = cutOff
  }
}

/** A long fragmented recording has two boxes a second. */
const MOST_BOXES = 50_000
/** What is in a box are a few others; each takes a read, and the empty ones of 50 MB would take minutes. */
const MOST_BOXES_IN_ONE = 200
const HEADER_BYTES = 16

/** @throws BoxFault as boxesIn does. */
export const boxesOf = (file: FileHandle, size: number): Promise<Box[]> => boxesIn(file, 0, size, MOST_BOXES)

/**
 * The boxes in a stretch of a file, in their order; only their headers are read.
 * @throws BoxFault when they do not fill it exactly, or there are too many.
 */
export async function boxesIn(
  file: FileHandle,
  from: number,
  to: number,
  most = MOST_BOXES_IN_ONE,
): Promise<Box[]> {
  const boxes: Box[] = []
  let at = from
  while (at < to) {
    const box = await boxAt(file, at, to)
    // Zero-length fields of old encoders end some lists.
    if (box === null) return boxes
    boxes.push(box)
    if (boxes.length > most) throw new BoxFault(false)
    at = box.to
  }
  return boxes
}

async function boxAt(file: FileHandle, at: number, end: number): Promise<Box | null> {
  const head = Buffer.alloc(HEADER_BYTES)
  const { bytesRead } = await file.read(head, 0, Math.min(HEADER_BYTES, end - at), at)
  if (bytesRead < 8) {
    // A list may end in four zero bytes.
    if (bytesRead === 4 && head.readUInt32BE(0) === 0) return null
    throw new BoxFault(true)
  }
  const size = head.readUInt32BE(0)
  const type = head.toString('latin1', 4, 8)
  if (size === 0) return { type, at, from: at + 8, to: end }
  const headerBytes = size === 1 ? 16 : 8
  if (bytesRead < headerBytes) throw new BoxFault(true)
  const length = size === 1 ? Number(head.readBigUInt64BE(8)) : size
  if (length < headerBytes) throw new BoxFault(false)
  if (at + length > end) throw new BoxFault(true)
  return { type, at, from: at + headerBytes, to: at + length }
}
