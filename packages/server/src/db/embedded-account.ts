import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseStartError } from './database-start-error.ts'

/** The operating system user that the database process runs as. */
export interface Account {
  uid: number
  gid: number
}

/** First one that exists wins: a user made for Charsu, the distribution's PostgreSQL user, then the user of nobody. */
const CANDIDATES = ['charsu', 'postgres', '_postgres', 'nobody']

/** What root's Charsu keeps lies here unless the operator says otherwise. */
export const ROOT_HOME = '/var/lib/charsu'

/** Where binaries are copied to when the child's user cannot reach node_modules. */
export const DEFAULT_STAGING_DIR = join(ROOT_HOME, 'binaries')

/**
 * The data folder when none is configured. Root's lies outside the checkout, since a checkout below root's home
 * is closed to the user that PostgreSQL runs as; it is named by the checkout so that two of them stay apart.
 */
export function defaultDataDir(input: { checkout: string; uid: number | undefined }): string {
  if (input.uid !== 0) return join(input.checkout, '.charsu', 'postgres-18')
  const digest = createHash('sha256').update(input.checkout).digest('hex').slice(0, 12)
  return join(ROOT_HOME, `${basename(input.checkout)}-${digest}`, 'postgres-18')
}

/** Reads `/etc/passwd` lines; null when none of the users we would run as exists. */
export function accountFromPasswd(passwd: string): Account | null {
  const rows = passwd.split('\n').map((line) => line.split(':'))
  for (const name of CANDIDATES) {
    const row = rows.find(([user]) => user === name)
    if (row) return { uid: Number(row[2]), gid: Number(row[3]) }
  }
  return null
}

/**
 * Whom the database runs as: null means as this process. PostgreSQL refuses root, so root hands over to the
 * owner of the existing data, else to a user from `/etc/passwd` (initdb looks its own user up there).
 */
export async function chooseAccount(uid: number | undefined, data: string): Promise<Account | null> {
  if (uid !== 0) return null
  const existing = await stat(data).catch(() => null)
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid }
  const account = accountFromPasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  if (account) return account
  throw new DatabaseStartError(
    `PostgreSQL does not run as root, and none of the users ${CANDIDATES.join(', ')} exists on this machine`,
    'Create one (useradd --system charsu), run Charsu as another user, or set DATABASE_URL.',
  )
}
