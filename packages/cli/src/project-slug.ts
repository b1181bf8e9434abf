import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { slugOf } from './app-slug.ts'

const FALLBACK = 'my-app'

/** The slug of the project in a folder: of the name in its package.json, else my-app. */
export const projectSlug = async (folder: string): Promise<string> =>
  (await namedProjectSlug(folder)) ?? FALLBACK

/** The same, where the project says its name. */
export async function namedProjectSlug(folder: string): Promise<string | undefined> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? slugOf(name) : undefined
  } catch {
    return undefined
  }
}
