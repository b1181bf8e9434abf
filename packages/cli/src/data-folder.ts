import { existsSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { defaultDataDir } from '@charsu/server/db/embedded-account'

/** Where this command lies in a checkout; elsewhere the server is an installed package, and has no folder of its own. */
const CHECKOUT = join(import.meta.dirname, '../../..')
const SERVER = 'packages/server/src/main.ts'

const isInside = (folder: string, path: string): boolean => relative(folder, path).split(sep)[0] !== '..'

/**
 * Where a marketplace that is started in a folder keeps its state: inside a checkout the folder that `npm start` uses,
 * elsewhere `.charsu` of that folder (for root outside of it, since PostgreSQL does not run as root).
 */
export function dataFolder(cwd: string, uid: number | undefined): string {
  const isCheckout = existsSync(join(CHECKOUT, SERVER)) && isInside(CHECKOUT, cwd)
  return defaultDataDir({ checkout: isCheckout ? CHECKOUT : cwd, uid })
}
