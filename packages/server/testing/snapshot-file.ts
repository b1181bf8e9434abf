import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Header } from 'tar'

export interface FileEntry {
  path: string
  bytes: Buffer
  type?: 'File' | 'SymbolicLink' | 'Directory'
}

const BLOCK = 512

/** The entries of a snapshot, all in memory, to be changed by hand. */
export async function readEntries(path: string): Promise<FileEntry[]> {
  const tar = gunzipSync(await readFile(path))
  const entries: FileEntry[] = []
  for (let at = 0; at < tar.length; ) {
    const header = new Header(tar, at)
    if (header.nullBlock || !header.path) break
    const size = header.size ?? 0
    entries.push({ path: header.path, bytes: tar.subarray(at + BLOCK, at + BLOCK + size) })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return entries
}

/** Packs entries as they are, right or wrong. */
export function packEntries(entries: readonly FileEntry[]): Buffer {
  const parts: Buffer[] = []
  for (const { path, bytes, type = 'File' } of entries) {
    const block = Buffer.alloc(BLOCK)
    const size = type === 'File' ? bytes.length : 0
    new Header({
      path,
      size,
      type,
      mode: 0o600,
      ...(type === 'SymbolicLink' && { linkpath: '/etc/passwd' }),
    }).encode(block)
    parts.push(block)
    if (type === 'File') parts.push(bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK))
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]))
}

export const writeEntries = (path: string, entries: readonly FileEntry[]): Promise<void> =>
  writeFile(path, packEntries(entries))

interface LooseManifest {
  format: number
  migrations: string[]
  tables: { name: string; columns: string[]; rows: number; bytes: number; sha256: string }[]
}

export const manifestOf = (entries: readonly FileEntry[]): LooseManifest =>
  JSON.parse(entries[0]!.bytes.toString())

export const withManifest = (entries: readonly FileEntry[], manifest: LooseManifest): FileEntry[] => [
  { path: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest)) },
  ...entries.slice(1),
]

/** Other rows in a table, with a manifest that agrees. */
export function withRows(
  entries: readonly FileEntry[],
  table: string,
  change: (rows: string) => string,
): FileEntry[] {
  const path = `tables/${table}.copy`
  const entry = entries.find((each) => each.path === path)!
  const bytes = Buffer.from(change(entry.bytes.toString()))
  const manifest = manifestOf(entries)
  const described = manifest.tables.find(({ name }) => name === table)!
  described.bytes = bytes.length
  described.rows = bytes.toString().split('\n').length - 1
  described.sha256 = createHash('sha256').update(bytes).digest('hex')
  return withManifest(
    entries.map((each) => (each === entry ? { path, bytes } : each)),
    manifest,
  )
}
