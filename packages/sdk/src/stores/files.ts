/**
 * Consents kept in a file: `@charsu/sdk/files`.
 * @module
 */

import { randomUUID } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { CharsuError } from '../client/errors.ts'
import type { Grant, GrantStore } from './grant-store.ts'
import { MemoryGrants } from './memory-grants.ts'

/** Only the app may read tokens. */
const MODE = 0o600

/**
 * Grants in one JSON file, for an app of one process: development, and small apps. The file is readable by its owner
 * alone and replaced as a whole, so that a crash leaves the old one or the new one. Several processes take a database.
 * @example
 * ```ts run
 * import { FileGrants } from '@charsu/sdk/files'
 *
 * const grants = new FileGrants('grants.json')
 * ```
 */
export class FileGrants implements GrantStore {
  readonly #path: string
  /** Ends when everything that was asked for so far is done. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param path of the file, which is made at the first save; its folder has to be there */
  constructor(path: string) {
    this.#path = path
  }

  get(id: string): Promise<Grant | undefined> {
    return this.#read((grants) => grants.get(id))
  }

  async save(grant: Grant): Promise<boolean> {
    // Written, it would make the whole file one that cannot be read.
    if (!isGrant(grant)) {
      throw new TypeError(
        'save takes a Grant, with id, scopes, accessToken, expiresAt (milliseconds) and version',
      )
    }
    return this.#change((grants) => grants.save(grant))
  }

  async delete(id: string): Promise<void> {
    await this.#change(async (grants) => {
      const isThere = (await grants.get(id)) !== undefined
      await grants.delete(id)
      return isThere
    })
  }

  ofUser(userId: string): Promise<Grant[]> {
    return this.#read((grants) => grants.ofUser(userId))
  }

  withAnyScope(scopes: string[]): Promise<Grant[]> {
    return this.#read((grants) => grants.withAnyScope(scopes))
  }

  expiringBefore(time: number): Promise<Grant[]> {
    return this.#read((grants) => grants.expiringBefore(time))
  }

  /** Reads wait for writes before them, so that everybody sees what they saved themselves. */
  #read<T>(read: (grants: MemoryGrants) => Promise<T>): Promise<T> {
    return this.#next(async () => read(await this.#load()))
  }

  /** Written only when `change` says that it changed something. */
  #change(change: (grants: MemoryGrants) => Promise<boolean>): Promise<boolean> {
    return this.#next(async () => {
      const grants = await this.#load()
      const isChanged = await change(grants)
      if (isChanged) await this.#write(grants)
      return isChanged
    })
  }

  #next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step)
    this.#last = result.catch(() => {})
    return result
  }

  async #load(): Promise<MemoryGrants> {
    let text: string
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return new MemoryGrants()
      throw unusable(this.#path, 'read', error)
    }
    const grants = readGrants(text)
    if (grants) return new MemoryGrants(grants)
    const hint = 'Put a copy of it back, or delete it: then users have to connect again.'
    throw new CharsuError(`${this.#path} holds no list of grants, and is left as it is. ${hint}`, { hint })
  }

  async #write(grants: MemoryGrants): Promise<void> {
    const draft = `${this.#path}.${randomUUID()}.tmp`
    try {
      const file = await open(draft, 'wx', MODE)
      try {
        await file.writeFile(`${JSON.stringify({ grants: grants.all() }, null, 2)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, this.#path)
    } catch (error) {
      await unlink(draft).catch(() => {})
      throw unusable(this.#path, 'written', error)
    }
  }
}

function unusable(path: string, what: 'read' | 'written', cause: unknown): CharsuError {
  const hint =
    'Name a file in a folder that is there, in which this process may make files; what was stored is as it was.'
  return new CharsuError(`${path} cannot be ${what} (${(cause as Error).message}). ${hint}`, { hint, cause })
}

function readGrants(text: string): Grant[] | undefined {
  try {
    const { grants } = JSON.parse(text) as { grants?: unknown }
    return Array.isArray(grants) && grants.every(isGrant) ? grants : undefined
  } catch {
    return undefined
  }
}

function isGrant(value: unknown): value is Grant {
  const { id, scopes, accessToken, expiresAt, version } = (value ?? {}) as Partial<
    Record<keyof Grant, unknown>
  >
  const isList = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')
  return (
    isList &&
    typeof id === 'string' &&
    typeof accessToken === 'string' &&
    Number.isFinite(expiresAt) &&
    Number.isInteger(version)
  )
}
