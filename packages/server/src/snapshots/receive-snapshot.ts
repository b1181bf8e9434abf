import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { readSnapshot } from './read-snapshot.ts'
import { unusable } from './snapshot-faults.ts'
import { type SnapshotFolder, writeWhole } from './snapshot-folder.ts'

export interface ReceivedSnapshot {
  name: string
  replace: boolean
  /** The body of the request; null where it had none. */
  upload: Readable | null
}

/**
 * Takes a file into the folder, once all of it has come and is right.
 * @throws 409 when the name is taken, 412 for a file that is no whole snapshot.
 */
export async function receiveSnapshot(
  folder: SnapshotFolder,
  { name, replace, upload }: ReceivedSnapshot,
): Promise<void> {
  await folder.refuseTaken(name, replace)
  if (!upload) throw unusable('is missing: send its file as the body')
  await using workplace = await folder.workplace()
  const path = join(workplace.path, 'received')
  await writeWhole(upload, path).catch((error: unknown) => {
    throw upload.readableAborted ? unusable('did not come whole: send it again', error) : error
  })
  await readSnapshot(path)
  await folder.refuseTaken(name, replace)
  await folder.keep(path, name)
}
