import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ClientBase } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type MediaStorage, objectName } from '../media/media-storage.ts'
import {
  END_NAME,
  FORMAT,
  MANIFEST_NAME,
  type Manifest,
  mediaEntry,
  type SavedTable,
  tableEntry,
} from './manifest.ts'
import { currentSchema, isSaved, quoted, sequencesOf, type TableFacts, tablesOf } from './schema-facts.ts'
import { type SnapshotFolder, writeWhole } from './snapshot-folder.ts'
import { inSnapshotSession, type SnapshotSessionDeps } from './snapshot-session.ts'
import { type TarEntry, writeTar } from './tar-stream.ts'

export interface SaveSnapshotDeps extends SnapshotSessionDeps {
  folder: SnapshotFolder
  storage: Pick<MediaStorage, 'read'>
  /** Of this program. */
  version: string
}

/** Most of the time would go into smaller files otherwise, which nobody waits for. */
const GZIP_LEVEL = 3
const NEWLINE = 0x0a

/** A stored file and its length. */
interface StoredObject {
  name: string
  bytes: number
}

/**
 * Writes the whole marketplace into one file while everybody goes on: all rows as one moment saw them, and the files
 * that they name. It is there whole or not at all.
 * @throws 409 when the name is taken, 503 while another is being saved or loaded.
 */
export async function saveSnapshot(
  deps: SaveSnapshotDeps,
  { name, replace, signal }: { name: string; replace: boolean; signal: AbortSignal },
): Promise<void> {
  const { folder } = deps
  await folder.refuseTaken(name, replace)
  await using workplace = await folder.workplace()
  await mkdir(join(workplace.path, 'tables'), { mode: 0o700 })
  const { manifest, objects } = await inSnapshotSession(deps, (client) =>
    copyRows(client, { folder: workplace.path, version: deps.version, signal }),
  )
  const archive = join(workplace.path, 'archive')
  const source = { folder: workplace.path, storage: deps.storage, signal }
  const tar = writeTar(entriesOf(manifest, objects, source), new Date(manifest.made_at))
  const gzip = createGzip({ level: GZIP_LEVEL })
  const packed = new PassThrough()
  await Promise.all([pipeline(tar, gzip, packed, { signal }), writeWhole(packed, archive)])
  await folder.refuseTaken(name, replace)
  await folder.keep(archive, name)
}

interface CopyOptions {
  folder: string
  version: string
  signal: AbortSignal
}

/** All tables into files of their own, as one moment saw them. */
async function copyRows(
  client: ClientBase,
  { folder, version, signal }: CopyOptions,
): Promise<{ manifest: Manifest; objects: StoredObject[] }> {
  const schema = await currentSchema(client)
  const tables = (await tablesOf(client, schema)).filter(isSaved)
  // What a load or a migration has just replaced is seen as empty by a moment before: so first the locks, then the
  // moment, which begins with the first question.
  await client.query('begin isolation level repeatable read, read only')
  await client.query(`lock table ${tables.map(({ name }) => quoted(name)).join(', ')} in access share mode`)
  const saved: SavedTable[] = []
  for (const table of tables) saved.push(await copyTable(client, { table, folder, signal }))
  const migrations = await client.query<{ checksum: string }>(
    'select checksum from schema_migrations order by version',
  )
  const manifest: Manifest = {
    format: FORMAT,
    charsu: version,
    made_at: new Date().toISOString(),
    migrations: migrations.rows.map(({ checksum }) => checksum),
    tables: saved,
    sequences: await sequencesOf(client, schema),
    counts: countsOf(saved),
  }
  const objects = await storedObjects(client)
  await client.query('commit')
  return { manifest, objects }
}

async function copyTable(
  client: ClientBase,
  { table, folder, signal }: { table: TableFacts; folder: string; signal: AbortSignal },
): Promise<SavedTable> {
  const { name, columns } = table
  const hash = createHash('sha256')
  let rows = 0
  let bytes = 0
  const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk)
      bytes += chunk.length
      // In COPY's text a newline stands at the end of a row, and nowhere else.
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++
      signal.throwIfAborted()
      yield chunk
    }
  }
  const list = columns.map(quoted).join(', ')
  const stream = client.query(copyTo(`copy (select ${list} from ${quoted(name)}) to stdout`))
  await writeWhole(counted(stream), join(folder, tableEntry(name)))
  return { name, columns, rows, bytes, sha256: hash.digest('hex') }
}

async function storedObjects(client: ClientBase): Promise<StoredObject[]> {
  const { rows } = await client.query<{ id: string; bytes: string; thumbnail: number | null }>(
    `select id, size_bytes as bytes, thumbnail_bytes as thumbnail from media where state = 'ready' order by id`,
  )
  return rows.flatMap(({ id, bytes, thumbnail }) => [
    { name: objectName(id, 'file'), bytes: Number(bytes) },
    ...(thumbnail === null ? [] : [{ name: objectName(id, 'thumbnail'), bytes: thumbnail }]),
  ])
}

/** What people ask of a marketplace. */
const COUNTED: Readonly<Record<string, string>> = {
  users: 'users',
  posts: 'posts',
  conversations: 'conversations',
  messages: 'messages',
  apps: 'apps',
  media: 'media',
  delivery_queue: 'waiting_deliveries',
}

const countsOf = (tables: readonly SavedTable[]): Record<string, number> =>
  Object.fromEntries(
    tables.flatMap(({ name, rows }) => {
      const shown = COUNTED[name]
      return shown === undefined ? [] : [[shown, rows]]
    }),
  )

interface Source {
  folder: string
  storage: Pick<MediaStorage, 'read'>
  signal: AbortSignal
}

async function* entriesOf(
  manifest: Manifest,
  objects: readonly StoredObject[],
  { folder, storage, signal }: Source,
): AsyncGenerator<TarEntry> {
  yield jsonEntry(MANIFEST_NAME, manifest)
  for (const { name, bytes } of manifest.tables) {
    const path = tableEntry(name)
    yield {
      path,
      size: bytes,
      body: createReadStream(join(folder, path)) as Readable & AsyncIterable<Buffer>,
    }
  }
  let stored = 0
  for (const { name, bytes } of objects) {
    const body = await storage.read(name, { signal })
    // Removed since the rows were read: whoever asks for it is told so, here as there.
    if (!body) continue
    stored++
    yield { path: mediaEntry(name), size: bytes, body }
  }
  yield jsonEntry(END_NAME, { stored_files: stored })
}

function jsonEntry(path: string, value: unknown): TarEntry {
  const bytes = Buffer.from(JSON.stringify(value))
  return {
    path,
    size: bytes.length,
    body: (async function* () {
      yield bytes
    })(),
  }
}
