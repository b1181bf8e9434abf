const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const ENTRY_BYTES = 46
const MOST_ENTRIES = 10_000

/**
 * Names in a ZIP's directory, which stands at its end; null when there is none, as in a file that was cut off. Nothing
 * is unpacked.
 */
export function zipEntries(bytes: Buffer): string[] | null {
  const end = endOfDirectory(bytes)
  if (end < 0) return null
  const count = bytes.readUInt16LE(end + 10)
  let at = bytes.readUInt32LE(end + 16)
  if (count > MOST_ENTRIES) return null
  const names: string[] = []
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || bytes.readUInt32LE(at) !== ENTRY) return null
    const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28)
    if (nameEnd > end) return null
    names.push(bytes.toString('utf8', at + ENTRY_BYTES, nameEnd))
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return names
}

/** Exactly at the end, but for its own comment: what follows would be another file. */
function endOfDirectory(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - LONGEST_COMMENT)
  for (let at = bytes.length - END_BYTES; at >= first; at--) {
    if (bytes.readUInt32LE(at) !== END) continue
    if (at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length) return at
  }
  return -1
}
