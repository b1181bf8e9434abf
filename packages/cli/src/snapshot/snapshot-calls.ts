import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CommandError } from '../command-error.ts'
import { type DevClient, devClient, readAnswer } from '../dev-client.ts'
import type { Io } from '../io.ts'

/** As docs/snapshots.md has it. */
export interface SnapshotView {
  name: string
  size_bytes: number
  made_at: string | null
  charsu_version: string | null
  migration: number | null
  counts: Record<string, number>
  problem: string | null
}

export interface LoadAnswer extends SnapshotView {
  apps_with_other_credentials: string[]
}

const SNAPSHOTS = '/dev/v1/snapshots'
const LONGEST_REMOVAL_MS = 2_000
const pathOf = (name: string, rest = ''): string => `${SNAPSHOTS}/${encodeURIComponent(name)}${rest}`

export const listSnapshots = async (client: DevClient): Promise<SnapshotView[]> =>
  (await client.call<{ snapshots: SnapshotView[] }>('GET', SNAPSHOTS)).snapshots

export const saveSnapshot = (client: DevClient, name: string, replace: boolean): Promise<SnapshotView> =>
  client.call('POST', SNAPSHOTS, { name, replace })

export const loadSnapshot = (client: DevClient, name: string): Promise<LoadAnswer> =>
  client.call('POST', pathOf(name, '/load'))

/** Also when the command is being stopped. */
export const removePassing = (
  io: Pick<Io, 'env' | 'fetch'>,
  { url }: DevClient,
  name: string,
): Promise<unknown> =>
  removeSnapshot(devClient({ ...io, signal: AbortSignal.timeout(LONGEST_REMOVAL_MS) }, url), name).catch(
    () => {},
  )

export const removeSnapshot = (client: DevClient, name: string): Promise<unknown> =>
  client.call('DELETE', pathOf(name))

/** Brings a snapshot's file to `path`, whole or not at all. */
export async function downloadSnapshot(client: DevClient, name: string, path: string): Promise<void> {
  const response = await client.request('GET', pathOf(name, '/file'))
  if (!response.ok || !response.body) {
    await readAnswer(client.url, response)
    throw new CommandError('the server sent no file')
  }
  const partial = `${path}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    await pipeline(Readable.fromWeb(response.body), createWriteStream(partial, { mode: 0o600 }))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw fileFault(`the file ${path} cannot be written`, error)
  }
}

/** Gives a file to the server, which checks all of it. */
export async function uploadSnapshot(client: DevClient, path: string, name: string): Promise<SnapshotView> {
  const facts = await stat(path).catch((error: unknown) => {
    throw fileFault(`the file ${path} cannot be read`, error)
  })
  if (!facts.isFile()) throw new CommandError(`${path} is no file`)
  const body = Readable.toWeb(createReadStream(path)) as ReadableStream
  const response = await client.request('PUT', pathOf(name, '/file'), {
    headers: { 'content-type': 'application/gzip', 'content-length': String(facts.size) },
    body,
    // Without it fetch sends no stream.
    duplex: 'half',
  } as RequestInit)
  return readAnswer(client.url, response)
}

function fileFault(what: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error
  const why =
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not there' : (error as Error).message
  return new CommandError(`${what}: ${why}`, { cause: error })
}
