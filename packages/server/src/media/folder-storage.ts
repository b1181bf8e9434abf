import { createReadStream } from 'node:fs'
import { copyFile, mkdir, mkdtemp, open, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { ConfigError } from '../config.ts'
import type { MediaStorage, StoredRange } from './media-storage.ts'

/** Uploaded files in a folder; several nodes share it. */
export class FolderStorage implements MediaStorage {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async open(): Promise<void> {
    await this.#tryOut().catch((cause: unknown) => {
      throw new ConfigError(
        [
          `CHARSU_MEDIA_DIR is ${this.#folder}, which cannot be made or written to: ${(cause as Error).message}`,
        ],
        { cause },
      )
    })
  }

  /** A folder that is there may still be read-only. */
  async #tryOut(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await rmdir(await mkdtemp(join(this.#folder, 'start-check-')))
  }

  async put(name: string, path: string): Promise<void> {
    const target = join(this.#folder, name)
    const partial = `${target}.part`
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    try {
      await copyFile(path, partial)
      await using file = await open(partial, 'r+')
      await file.sync()
      await rename(partial, target)
    } catch (error) {
      await rm(partial, { force: true })
      throw error
    }
  }

  async read(
    name: string,
    { range, signal }: { range?: StoredRange; signal: AbortSignal },
  ): Promise<Readable | null> {
    // Opened here, so that a missing file is known before the answer begins.
    const file = await open(join(this.#folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (!file) return null
    return createReadStream('', { fd: file, signal, ...(range && { start: range.first, end: range.last }) })
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await rm(join(this.#folder, name), { force: true })
      await rm(join(this.#folder, `${name}.part`), { force: true })
    }
  }

  async close(): Promise<void> {}
}
