import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Account } from './embedded-account.ts'

/**
 * Makes a folder and those above it. With an account, each one made can be entered by that user too, though not
 * listed, whatever the umask; folders that were there before keep their permissions.
 */
export async function makeFolder(path: string, account: Account | null): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 })
  if (account === null || topmost === undefined) return
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    await chmod(folder, 0o711)
    if (folder === resolve(topmost)) return
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
