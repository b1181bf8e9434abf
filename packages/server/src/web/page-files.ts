import { hash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Shell, splitShell } from './shell.ts'

/** How a file's bytes are written: as they are, or as the build has compressed them. */
export type Coding = 'br' | 'gzip' | 'identity'

/** A built file, ready to be sent. */
export interface Asset {
  type: string
  /** Of the plain bytes. */
  hash: string
  forms: Readonly<Partial<Record<Coding, Buffer>>> & { identity: Buffer }
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json; charset=utf-8',
  mp3: 'audio/mpeg',
}

/** Of one folder, and never of one beside or above it; the compressed forms are no files of their own. */
const FILE_NAME = /^[\w-]+(?:\.[\w-]+)*\.([a-z0-9]+)$/i

/**
 * The built pages, from the folder that the build writes. They are read when they are asked for and kept; a later
 * build is noticed at the next page, so neither a first nor another build needs a restart.
 */
export class PageFiles {
  readonly #folder: string | null
  #shell: { version: string; shell: Shell } | null = null
  readonly #assets = new Map<string, Promise<Asset | null>>()

  /** @param folder null where nobody knows of one. */
  constructor(folder: string | null) {
    this.#folder = folder
  }

  /** What all pages begin with; null while they are not built. */
  async shell(): Promise<Shell | null> {
    if (this.#folder === null) return null
    const file = join(this.#folder, 'index.html')
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const version = `${mtimeMs} ${size} ${ino}`
      if (this.#shell?.version !== version) {
        this.#shell = { version, shell: splitShell(await readFile(file, 'utf8')) }
        this.#assets.clear()
      }
      return this.#shell.shell
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** A font by its family and script, for pages that do not know the name that the build gave it. */
  async font(stem: string): Promise<Asset | null> {
    if (this.#folder === null) return null
    try {
      const name = await findByStem(join(this.#folder, 'assets'), stem)
      return name === undefined ? null : await this.asset(name)
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** @param name as the pages name it, without its folder; null where there is no such file. */
  asset(name: string): Promise<Asset | null> {
    const type = TYPES[FILE_NAME.exec(name)?.[1] ?? '']
    if (this.#folder === null || type === undefined) return Promise.resolve(null)
    const known = this.#assets.get(name)
    if (known) return known
    const asset = readAsset(join(this.#folder, 'assets', name), type)
    this.#assets.set(name, asset)
    const forget = (): boolean => this.#assets.delete(name)
    // Only what is there is kept: names that are made up must not fill the memory.
    asset.then((found) => found ?? forget(), forget)
    return asset
  }
}

/** A file whose hashed name begins like that. */
async function findByStem(folder: string, stem: string): Promise<string | undefined> {
  const names = await readdir(folder)
  return names.find((name) => name.startsWith(stem) && name.endsWith('.woff2'))
}

async function readAsset(file: string, type: string): Promise<Asset | null> {
  const [identity, br, gzip] = await Promise.all([file, `${file}.br`, `${file}.gz`].map(readIfThere))
  if (!identity) return null
  return {
    type,
    hash: hash('sha256', identity, 'base64url').slice(0, 22),
    forms: { identity, ...(br && { br }), ...(gzip && { gzip }) },
  }
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** No file has a name that is too long for one. */
const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')
