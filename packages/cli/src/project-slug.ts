import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { slugOf } from './app-slug.ts'

const FALLBACK = 'my-app'

/** The slug of the project in a folder: of the name in its package.json, else my-app. */
export async function projectSlug(folder: string): Promise<string> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? (slugOf(name) ?? FALLBACK) : FALLBACK
  } catch {
    return FALLBACK
  }
}
