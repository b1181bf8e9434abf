/** The older Office formats are a file system in a file: sectors, a table that chains them, and a directory. */

const HEADER_BYTES = 512
const DIRECTORY_ENTRY_BYTES = 128
const FIRST_TABLE_SECTORS = 109
const END_OF_CHAIN = 0xfffffffe
const MOST_DIRECTORY_SECTORS = 2_000

/** Names of its streams; null when a part of it is missing, as in a file that was cut off. */
export function compoundStreams(bytes: Buffer): string[] | null {
  if (bytes.length < HEADER_BYTES) return null
  const shift = bytes.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) return null
  const sectorBytes = 2 ** shift
  const sector = (number: number): Buffer | null => {
    const from = (number + 1) * sectorBytes
    const part = bytes.subarray(from, from + sectorBytes)
    // The last one may be shorter where a program was sparing.
    return part.length >= DIRECTORY_ENTRY_BYTES ? part : null
  }
  const next = (number: number): number | null => {
    const perSector = sectorBytes / 4
    const index = Math.floor(number / perSector)
    if (index >= FIRST_TABLE_SECTORS) return null
    const at = (number % perSector) * 4
    const table = sector(bytes.readUInt32LE(76 + index * 4))
    return table && at + 4 <= table.length ? table.readUInt32LE(at) : null
  }
  const names: string[] = []
  let number = bytes.readUInt32LE(48)
  for (let i = 0; number !== END_OF_CHAIN; i++) {
    const part = sector(number)
    const following = next(number)
    if (part === null || following === null || i > MOST_DIRECTORY_SECTORS) return null
    names.push(...namesIn(part))
    number = following
  }
  return isWhole(bytes, sectorBytes) ? names : null
}

function namesIn(sector: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= sector.length; at += DIRECTORY_ENTRY_BYTES) {
    const nameBytes = sector.readUInt16LE(at + 64)
    if (nameBytes < 2 || nameBytes > 64) continue
    names.push(sector.toString('utf16le', at, at + nameBytes - 2))
  }
  return names
}

/** Whether the tables that the header names lie within the file, with what the last of them says is in use. */
function isWhole(bytes: Buffer, sectorBytes: number): boolean {
  const tables = Math.min(bytes.readUInt32LE(44), FIRST_TABLE_SECTORS)
  let lastUsed = -1
  for (let i = 0; i < tables; i++) {
    const number = bytes.readUInt32LE(76 + i * 4)
    const from = (number + 1) * sectorBytes
    if (from + sectorBytes > bytes.length) return false
    for (let at = 0; at < sectorBytes; at += 4) {
      if (bytes.readUInt32LE(from + at) !== 0xffffffff) lastUsed = (i * sectorBytes + at) / 4
    }
  }
  // The last sector in use has at least a byte.
  return (lastUsed + 1) * sectorBytes < bytes.length
}
