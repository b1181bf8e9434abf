import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ClientBase, DatabaseError } from 'pg'
import { readMigrations } from '../db/migrate.ts'
import { newId } from '../ids.ts'
import type { MediaStorage } from '../media/media-storage.ts'
import { carryOver, changedCredentials, continueSequences, type Schemas } from './carry-over.ts'
import type { Manifest } from './manifest.ts'
import { copyPartitions } from './partitions-of.ts'
import { putRowsIn } from './put-rows-in.ts'
import { readSnapshot } from './read-snapshot.ts'
import { LOADED_SETTING, REPLACED_KIND } from './replacement-watch.ts'
import { currentSchema, quoted } from './schema-facts.ts'
import { notPossible } from './snapshot-faults.ts'
import { type SnapshotFolder, writeWhole } from './snapshot-folder.ts'
import { inSnapshotSession, type SnapshotSessionDeps } from './snapshot-session.ts'
import { migrateStaged, type StagedSchema, stageSchema } from './staged-schema.ts'
import { refuseForeignObjects, shutOthersOut, swapSchemas } from './swap-schemas.ts'

export interface LoadSnapshotDeps extends SnapshotSessionDeps {
  folder: SnapshotFolder
  storage: Pick<MediaStorage, 'put' | 'read' | 'remove'>
}

export interface LoadedSnapshot {
  manifest: Manifest
  /** Names the marketplace that is there now, as instance setting `loaded_snapshot` says it too. */
  loadId: string
  appsWithOtherCredentials: string[]
}

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Replaces the whole marketplace by that of a file, in one transaction beside everybody who goes on: they wait while
 * the new tables take the place of the old ones, which is short, and go on with the new ones. Until then, and whenever
 * it fails or is killed, nothing has changed. What nodes hold in memory is theirs to renew.
 * @throws 412 for a file that cannot be loaded here, 503 while another is being saved or loaded.
 */
export async function loadSnapshot(
  deps: LoadSnapshotDeps,
  { name, signal }: { name: string; signal: AbortSignal },
): Promise<LoadedSnapshot> {
  await deps.folder.sizeOf(name)
  const path = deps.folder.fileOf(name)
  // Whole and right before anything is begun; it is checked once more while it is read.
  await readSnapshot(path)
  return inSnapshotSession(deps, async (client) => {
    const objects: string[] = []
    try {
      await client.query('begin')
      const loaded = await replace(client, { ...deps, path, signal, objects })
      await client.query('commit')
      return loaded
    } catch (error) {
      await client.query('rollback').catch(() => {})
      await deps.storage.remove(objects).catch(() => {})
      throw asRefusal(error)
    }
  })
}

interface Replacement extends LoadSnapshotDeps {
  path: string
  signal: AbortSignal
  /** Gets the names of files that were not there before. */
  objects: string[]
}

async function replace(client: ClientBase, work: Replacement): Promise<LoadedSnapshot> {
  const { path, signal } = work
  const present = await currentSchema(client)
  const migrations = await readMigrations()
  await using workplace = await work.folder.workplace()
  let staged: StagedSchema | undefined
  const manifest = await readSnapshot(path, {
    async manifest(said) {
      staged = await stageSchema(client, said, migrations)
      await copyPartitions(client, present, staged.name)
    },
    table: (table, rows) => putRowsIn(client, table, rows, signal),
    object: (name, bytes) => keepObject(work, { name, bytes, folder: workplace.path }),
  })
  if (!staged) throw new Error('a snapshot was read without its manifest')
  await migrateStaged(client, staged, migrations.slice(manifest.migrations.length))
  const schemas: Schemas = { present, staged: staged.name }
  await refuseForeignObjects(client, schemas)
  const loadId = newId()
  await settle(client, { name: loadId, madeAt: manifest.made_at })
  for (const { name } of staged.tables) await client.query(`analyze ${quoted(name)}`)
  await shutOthersOut(client, present, signal)
  const appsWithOtherCredentials = await changedCredentials(client, schemas)
  await carryOver(client, schemas)
  await continueSequences(client, schemas, manifest.sequences)
  await swapSchemas(client, schemas)
  return { manifest, loadId, appsWithOtherCredentials }
}

/** What the rows say that is only true of nodes that are no more. */
async function settle(client: ClientBase, load: { name: string; madeAt: string }): Promise<void> {
  // Their deliveries are due; with another number, no node that still knows the old lease can end them.
  await client.query(`
    update delivery_queue set lease_owner = null, lease_until = null, lease_number = lease_number + 1,
      due_at = clock_timestamp()
    where lease_until is not null`)
  await client.query(
    `insert into instance_settings (key, value)
     values ($3, jsonb_build_object('id', $1::text, 'made_at', $2::text, 'xid', pg_current_xact_id()::text))
     on conflict (key) do update set value = excluded.value`,
    [load.name, load.madeAt, LOADED_SETTING],
  )
  await client.query(`insert into cache_invalidations (kind, key) values ($1, $2)`, [
    REPLACED_KIND,
    load.name,
  ])
}

/** A stored file never changes, so one that is there stays as it is. */
async function keepObject(
  { storage, signal, objects }: Replacement,
  { name, bytes, folder }: { name: string; bytes: AsyncIterable<Buffer>; folder: string },
): Promise<void> {
  const there = await storage.read(name, { signal })
  there?.destroy()
  if (there) return
  const path = join(folder, 'objects', name)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeWhole(bytes, path)
  objects.push(name)
  const { size } = await stat(path)
  await storage.put(name, path, { contentType: 'application/octet-stream', sizeBytes: size })
}

function asRefusal(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) return error
  return notPossible(
    `the database’s user may not do what loading a snapshot needs (${error.message}): let Charsu connect as the owner of its database. Nothing was changed.`,
    error,
  )
}
