import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { type Account, ROOT_HOME } from './embedded-account.ts'

/**
 * Makes a folder and those above it. With an account, each one made can be entered by that user too, though not
 * listed, whatever the umask. So can those of root's home for Charsu, which are Charsu's own: a node that had its
 * database elsewhere may have made them first, closed, for its uploads. Others keep their permissions.
 */
export async function makeFolder(path: string, account: Account | null, home = ROOT_HOME): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 })
  if (account === null) return
  const isBelow = (folder: string, top: string): boolean => !relative(top, folder).startsWith('..')
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (topmost !== undefined && isBelow(folder, resolve(topmost))) await chmod(folder, 0o711)
    else if (isBelow(folder, home)) await chmod(folder, ((await stat(folder)).mode & 0o7777) | 0o011)
    else return
  }
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
