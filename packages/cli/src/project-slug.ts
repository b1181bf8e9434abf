import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FALLBACK = 'my-app'
const LONGEST = 50

/** A package's name as a slug: its scope is left out, and what a slug may not hold becomes a hyphen. */
export function slugFrom(name: string): string {
  const slug = name
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
  return slug.length < 2 ? FALLBACK : slug
}

/** The slug of the project in a folder: of the name in its package.json, else my-app. */
export async function projectSlug(folder: string): Promise<string> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? slugFrom(name) : FALLBACK
  } catch {
    return FALLBACK
  }
}
