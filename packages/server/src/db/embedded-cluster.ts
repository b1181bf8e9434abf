import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  access,
  chown,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DatabaseStartError, folderError } from './database-start-error.ts'
import type { Account } from './embedded-account.ts'
import type { Binaries } from './embedded-binaries.ts'
import { closedFolder, makeFolder } from './reachable-folder.ts'

/** An initialised database folder. The superuser and the database are both called `charsu`. */
export interface Cluster {
  /** PostgreSQL's own folder, owned by the user it runs as. */
  data: string
  password: string
}

const run = promisify(execFile)
const DRAFT_PREFIX = '.init-'

/** Where PostgreSQL's own folder lies within the folder that Charsu keeps. */
export const dataFolder = (dataDir: string): string => join(dataDir, 'cluster', 'data')

/**
 * Makes the folder itself and returns its one true path. Throws DatabaseStartError when it cannot be written or
 * the account cannot enter it.
 */
export async function prepareFolder(dataDir: string, account: Account | null): Promise<string> {
  try {
    await makeFolder(dataDir, account)
    await access(dataDir, constants.W_OK | constants.X_OK)
    const path = await realpath(dataDir)
    if (account) await requireReachable(path, account)
    return path
  } catch (error) {
    throw folderError(dataDir, error)
  }
}

async function requireReachable(dataDir: string, account: Account): Promise<void> {
  const closed = await closedFolder(dataDir, account)
  if (closed === null) return
  throw new DatabaseStartError(
    `the database folder ${dataDir} cannot be used: PostgreSQL runs as user id ${account.uid}, since it refuses root, and that user may not enter ${closed}`,
    `Choose a folder that every user may enter the parents of, such as one below /var/lib, or run chmod o+x ${closed}.`,
  )
}

/**
 * Opens the cluster of the folder, made first if there is none. Only the holder of the start lock may call it.
 * It is made in a draft folder and renamed, so a cluster that has its name is complete whatever was killed.
 */
export async function openCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | null,
): Promise<Cluster> {
  const home = join(dataDir, 'cluster')
  const data = dataFolder(dataDir)
  try {
    if (!(await exists(join(data, 'PG_VERSION')))) {
      await removeDrafts(dataDir)
      await createCluster(home, join(dataDir, DRAFT_PREFIX + randomUUID()), binaries, account)
    }
    const major = Number((await readFile(join(data, 'PG_VERSION'), 'utf8')).trim())
    if (major !== binaries.major) throw otherMajor(dataDir, major, binaries.major)
    return { data, password: (await readFile(join(home, 'password'), 'utf8')).trim() }
  } catch (error) {
    throw folderError(dataDir, error)
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )

async function removeDrafts(dataDir: string): Promise<void> {
  const drafts = (await readdir(dataDir)).filter((name) => name.startsWith(DRAFT_PREFIX))
  // Retried, since the initdb of a killed starter may still be writing.
  const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 20 }
  await Promise.all(drafts.map((name) => rm(join(dataDir, name), options)))
}

async function createCluster(home: string, draft: string, binaries: Binaries, account: Account | null) {
  const password = randomBytes(32).toString('base64url')
  const data = join(draft, 'data')
  const handover = join(draft, 'initdb-password')
  await makeFolder(draft, account)
  await mkdir(data, { mode: 0o700 })
  await writeFile(handover, password, { mode: 0o600 })
  if (account) await Promise.all([data, handover].map((path) => chown(path, account.uid, account.gid)))
  await runInitdb(binaries, data, handover, account)
  await rm(handover)
  await writeDurably(join(draft, 'password'), password)
  await rename(draft, home)
}

async function runInitdb(binaries: Binaries, data: string, passwordFile: string, account: Account | null) {
  // PostgreSQL 15 has no builtin provider; there the C locale of the platform sorts by bytes just the same.
  const locale =
    binaries.major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C']
  const args = ['-D', data, '-U', 'charsu', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    await run(binaries.initdb, [...args, '-E', 'UTF8', ...locale, '--no-instructions'], {
      ...(account ?? {}),
      cwd: data,
      env: childEnvironment(),
    })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new DatabaseStartError(
      `the database could not be initialised: ${stderr.trim().split('\n').pop() || String(error)}`,
      'Check that the disk has room and that the folder is on a local file system.',
      { cause: error },
    )
  }
}

/** Nothing of the parent's environment: it may hold secrets, and PG* or LC_* variables that change the server. */
export function childEnvironment(): NodeJS.ProcessEnv | undefined {
  return process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC' }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function otherMajor(dataDir: string, found: number, wanted: number): DatabaseStartError {
  return new DatabaseStartError(
    `the database folder ${dataDir} belongs to PostgreSQL ${found}, and this program brings PostgreSQL ${wanted}`,
    'Choose another folder, or move the data over with pg_dump of that version.',
  )
}
