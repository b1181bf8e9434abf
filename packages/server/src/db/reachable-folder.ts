import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { type Account, ROOT_HOME } from './embedded-account.ts'

/** Enough to pass through a folder, and not to list it. */
const PASS_THROUGH = 0o011

/**
 * Makes a folder and those above it. With an account, each one made can be entered by that user too, though not
 * listed, whatever the umask. So can those of root's home for Charsu, as long as it is root's own: a node that had its
 * database elsewhere may have made them first, closed, for its uploads. Others keep their permissions.
 */
export async function makeFolder(path: string, account: Account | null, home = ROOT_HOME): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 })
  if (account === null) return
  const isHomeOurs = (await ownFolder(home)) !== null
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (topmost !== undefined && isWithin(folder, resolve(topmost))) await chmod(folder, 0o711)
    else if (isHomeOurs && isWithin(folder, home)) await letThrough(folder)
    else return
  }
}

function isWithin(folder: string, top: string): boolean {
  const way = relative(top, folder)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

/** Permissions of a folder of our own, else null: who may write into another's could lead us elsewhere by a link. */
async function ownFolder(path: string): Promise<number | null> {
  const found = await lstat(path).catch(() => null)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return null
  return found.mode & 0o7777
}

async function letThrough(folder: string): Promise<void> {
  const mode = await ownFolder(folder)
  if (mode !== null && (mode & PASS_THROUGH) !== PASS_THROUGH) await chmod(folder, mode | PASS_THROUGH)
}

/** The topmost folder on the way to `path` (itself included) that the account may not enter, or null. */
export async function closedFolder(path: string, account: Account): Promise<string | null> {
  const above = dirname(path)
  if (above !== path) {
    const closed = await closedFolder(above, account)
    if (closed !== null) return closed
  }
  const { mode, uid, gid } = await stat(path)
  const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  return (mode & enter) === 0 ? path : null
}
