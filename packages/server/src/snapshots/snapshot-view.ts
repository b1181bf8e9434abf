import * as Type from 'typebox'
import { newestMigration } from '../db/migrate.ts'
import { ApiError } from '../errors.ts'
import { readManifestOf } from './read-snapshot.ts'
import type { SnapshotFolder } from './snapshot-folder.ts'

/** A snapshot as lists show it; what cannot be told of a file that is none is null. */
export const SnapshotView = Type.Object({
  name: Type.String(),
  size_bytes: Type.Integer(),
  made_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  charsu_version: Type.Union([Type.String(), Type.Null()]),
  migration: Type.Union([Type.Integer(), Type.Null()]),
  counts: Type.Record(Type.String(), Type.Integer()),
  problem: Type.Union([Type.String(), Type.Null()], { description: 'why it cannot be loaded here' }),
})
export type SnapshotView = Type.Static<typeof SnapshotView>

/** @throws 404. */
export async function viewSnapshot(folder: SnapshotFolder, name: string): Promise<SnapshotView> {
  const size_bytes = await folder.sizeOf(name)
  try {
    const { made_at, charsu, migrations, counts } = await readManifestOf(folder.fileOf(name))
    const newest = await newestMigration()
    const isNewer = migrations.length > newest
    return {
      name,
      size_bytes,
      made_at,
      charsu_version: charsu,
      migration: migrations.length,
      counts,
      problem: isNewer ? `made by a newer Charsu, ${charsu}` : null,
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const nothing = { made_at: null, charsu_version: null, migration: null, counts: {} }
    return { name, size_bytes, ...nothing, problem: error.message }
  }
}

export async function listSnapshots(folder: SnapshotFolder): Promise<SnapshotView[]> {
  const views: SnapshotView[] = []
  for (const name of await folder.names()) views.push(await viewSnapshot(folder, name))
  return views
}
