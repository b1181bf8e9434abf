import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import {
  END_NAME,
  MANIFEST_NAME,
  type Manifest,
  MOST_MANIFEST_BYTES,
  objectOfEntry,
  readManifest,
  type SavedTable,
  tableOfEntry,
} from './manifest.ts'
import { unusable } from './snapshot-faults.ts'
import { readTar, type TarEntry, TarFault } from './tar-stream.ts'

/** What becomes of a snapshot's content while it is read. */
export interface SnapshotReader {
  manifest?(manifest: Manifest): Promise<void>
  table?(table: SavedTable, rows: AsyncIterable<Buffer>): Promise<void>
  /** A stored file under the name that media/ knows it by. */
  object?(name: string, bytes: AsyncIterable<Buffer>): Promise<void>
}

/**
 * Reads a snapshot from its first byte to its last, holding no more than a piece of it, and checks all of it on the
 * way: whatever was cut off, changed or added is found before this resolves.
 * @throws 412 saying what is wrong with the file.
 */
export async function readSnapshot(path: string, reader: SnapshotReader = {}): Promise<Manifest> {
  const file = createReadStream(path)
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  try {
    return await readEntries(file.pipe(unpacked), reader)
  } catch (error) {
    throw asFault(error)
  } finally {
    file.destroy()
    unpacked.destroy()
  }
}

/** What a snapshot says of itself; the rest of the file is not looked at. */
export async function readManifestOf(path: string): Promise<Manifest> {
  const file = createReadStream(path)
  const unpacked = createGunzip()
  file.on('error', (error) => unpacked.destroy(error))
  try {
    for await (const entry of readTar(file.pipe(unpacked))) return await manifestIn(entry)
    throw unusable('is empty')
  } catch (error) {
    throw asFault(error)
  } finally {
    file.destroy()
    unpacked.destroy()
  }
}

async function readEntries(bytes: AsyncIterable<Buffer>, reader: SnapshotReader): Promise<Manifest> {
  let manifest: Manifest | undefined
  let ended = false
  const tables: SavedTable[] = []
  const objects = new Set<string>()
  for await (const entry of readTar(bytes)) {
    if (ended) throw unusable(`goes on after its end, with ${JSON.stringify(entry.path)}`)
    if (!manifest) {
      manifest = await manifestIn(entry)
      tables.push(...manifest.tables)
      await reader.manifest?.(manifest)
    } else if (entry.path === END_NAME) {
      if ((await jsonIn(entry)).stored_files !== objects.size) throw unusable('lacks some of its files')
      ended = true
    } else if (tables.length > 0) {
      await readTable(entry, tables.shift()!, reader)
    } else {
      const object = objectOfEntry(entry.path)
      if (object === undefined || objects.has(object)) {
        throw unusable(
          `holds ${JSON.stringify(entry.path)}, which does not belong there: it was changed by hand`,
        )
      }
      objects.add(object)
      await reader.object?.(object, entry.body)
    }
  }
  if (!manifest) throw unusable('is empty')
  if (!ended) throw unusable('lacks its end: it was cut off, so copy it again')
  return manifest
}

async function readTable(entry: TarEntry, table: SavedTable, reader: SnapshotReader): Promise<void> {
  if (tableOfEntry(entry.path) !== table.name || entry.size !== table.bytes) {
    throw unusable(
      `holds ${JSON.stringify(entry.path)} where it says it holds the table ${table.name}: it was changed by hand`,
    )
  }
  const hash = createHash('sha256')
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of entry.body) {
      hash.update(chunk)
      yield chunk
    }
  }
  if (reader.table) await reader.table(table, hashed())
  else {
    for await (const _ of hashed()) {
      // Read for its digest alone.
    }
  }
  if (hash.digest('hex') !== table.sha256) {
    throw unusable(`holds other rows in ${table.name} than were saved: it is damaged or was changed by hand`)
  }
}

async function manifestIn(entry: TarEntry): Promise<Manifest> {
  if (entry.path !== MANIFEST_NAME)
    throw unusable(`does not begin with ${MANIFEST_NAME}: it is no snapshot of Charsu`)
  return readManifest(await bytesOf(entry))
}

async function jsonIn(entry: TarEntry): Promise<{ stored_files?: unknown }> {
  try {
    return (JSON.parse((await bytesOf(entry)).toString('utf8')) ?? {}) as { stored_files?: unknown }
  } catch (error) {
    throw unusable(`has an ${entry.path} that is not JSON: it is damaged`, error)
  }
}

async function bytesOf({ path, size, body }: TarEntry): Promise<Buffer> {
  if (size > MOST_MANIFEST_BYTES) throw unusable(`has a ${path} of ${size} bytes, more than any should have`)
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function asFault(error: unknown): unknown {
  if (error instanceof TarFault) return unusable(`is damaged or no snapshot: ${error.message}`, error)
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'Z_BUF_ERROR') return unusable('was cut off: copy it again', error)
  if (code?.startsWith('Z_')) return unusable('is damaged or no snapshot: it cannot be unpacked', error)
  return error
}
