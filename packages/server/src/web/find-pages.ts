import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * The folder that the pages are built into: of this checkout, or of the package beside this one.
 * @returns null where the package is not installed.
 */
export function findPages(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@charsu/web/package.json')), 'dist')
  } catch {
    return null
  }
}
