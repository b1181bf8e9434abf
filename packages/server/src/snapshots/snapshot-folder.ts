import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { invalidArgument } from '../errors.ts'
import { notPossible, snapshotExists, unknownSnapshot } from './snapshot-faults.ts'

export const SUFFIX = '.charsu-snapshot'
/** Of files that are being written; no snapshot may be called so. */
const PARTIAL = '.partial-'
/** Of files on their way to or from another place, which whoever brings them removes again. */
const PASSING = 'passing-'
/** What was left behind by somebody who was killed on the way: nothing takes as long. */
const LEFT_BEHIND_MS = 24 * 3_600_000

/** Nothing that is a path, a hidden file, or another file on a system that ignores case. */
export const SNAPSHOT_NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/

/** @throws 400 for what no snapshot can be called. */
export function requireName(name: string): string {
  if (SNAPSHOT_NAME.test(name)) return name
  throw invalidArgument([
    {
      field: 'name',
      description:
        'must be a to z, 0 to 9, dot, hyphen and underscore, at most 64, and begin with a letter or digit',
    },
  ])
}

/** The folder of snapshots. A file in it is whole: it is written beside, and takes its name at the end. */
export class SnapshotFolder {
  readonly #dataDir: string | null

  constructor(dataDir: string | null) {
    this.#dataDir = dataDir
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.#path()).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .filter((name) => SNAPSHOT_NAME.test(name) && !name.startsWith(PASSING))
      .sort()
  }

  fileOf(name: string): string {
    return join(this.#path(), name + SUFFIX)
  }

  /** @throws 404. */
  async sizeOf(name: string): Promise<number> {
    const facts = SNAPSHOT_NAME.test(name) ? await stat(this.fileOf(name)).catch(() => null) : null
    if (!facts?.isFile()) throw unknownSnapshot(name)
    return facts.size
  }

  /** @throws 409 when there is one that may not be replaced. */
  async refuseTaken(name: string, replace: boolean): Promise<void> {
    if (!replace && (await stat(this.fileOf(name)).catch(() => null))) throw snapshotExists(name)
  }

  /** A folder to work in, gone afterwards whatever happens. */
  async workplace(): Promise<AsyncDisposable & { path: string }> {
    await mkdir(this.#path(), { recursive: true, mode: 0o700 })
    await this.#removeLeftBehind()
    const path = await mkdtemp(join(this.#path(), PARTIAL))
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  }

  /** A finished file takes its place, and the disk has it. */
  async keep(path: string, name: string): Promise<void> {
    await using file = await open(path, 'r+')
    await file.sync()
    await rename(path, this.fileOf(name))
  }

  async remove(name: string): Promise<void> {
    await this.sizeOf(name)
    await rm(this.fileOf(name), { force: true })
  }

  async #removeLeftBehind(): Promise<void> {
    for (const name of await readdir(this.#path())) {
      if (!name.startsWith(PARTIAL) && !name.startsWith(PASSING)) continue
      const path = join(this.#path(), name)
      const facts = await stat(path).catch(() => null)
      if (facts && Date.now() - facts.mtimeMs > LEFT_BEHIND_MS)
        await rm(path, { recursive: true, force: true })
    }
  }

  #path(): string {
    if (this.#dataDir !== null) return join(this.#dataDir, 'snapshots')
    throw notPossible('this server has no folder for snapshots: start it with CHARSU_DATA_DIR')
  }
}

/** Bytes into a new file that others may not read. */
export const writeWhole = (bytes: AsyncIterable<Buffer>, path: string): Promise<void> =>
  pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
