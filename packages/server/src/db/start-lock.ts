import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, startTicks } from './process-identity.ts'

const PREFIX = 'start.lock.'
const DRAFT_PREFIX = '.lock-'
const FREE = 'free'
const RETRY_MS = 20
/** Where the system does not tell when a process began, a reused process id could hold the lock for ever. */
const STALE_AFTER_MS = 120_000

/**
 * Runs `work` while no other process holds the folder's lock; a holder that was killed is succeeded.
 *
 * The lock of generation n is the file `start.lock.n` with its holder's process id, made complete by link(2).
 * A stale lock is never removed to be made again, for two processes may find the same one stale: who succeeds
 * it makes generation n+1, which only one can, and only generations below a newer one are ever removed. So a
 * process that was slow to make an old generation sees the newer one when it looks again, and gives up its own.
 */
export async function withStartLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${await startTicks(process.pid)}`
  const generation = await acquire(folder, token)
  try {
    return await work()
  } finally {
    await writeFile(join(folder, PREFIX + generation), FREE)
  }
}

async function acquire(folder: string, token: string): Promise<number> {
  const draft = join(folder, `${DRAFT_PREFIX}${process.pid}-${randomUUID()}`)
  await writeFile(draft, token, { mode: 0o600 })
  try {
    for (;;) {
      const newest = Math.max(0, ...(await generations(folder)))
      if (newest === 0 || !(await isHeld(join(folder, PREFIX + newest)))) {
        const mine = newest + 1
        if (await won(folder, draft, mine)) {
          await removeDraftsOfTheDead(folder)
          return mine
        }
      }
      await delay(RETRY_MS)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

async function won(folder: string, draft: string, mine: number): Promise<boolean> {
  try {
    await link(draft, join(folder, PREFIX + mine))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  const all = await generations(folder)
  const superseded = all.some((generation) => generation > mine)
  const removable = superseded ? [mine] : all.filter((generation) => generation < mine)
  await Promise.all(removable.map((generation) => rm(join(folder, PREFIX + generation), { force: true })))
  return !superseded
}

async function removeDraftsOfTheDead(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(DRAFT_PREFIX))
  const left = drafts.filter((name) => !isAlive(Number(name.slice(DRAFT_PREFIX.length).split('-')[0])))
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })))
}

async function generations(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => Number(name.slice(PREFIX.length)))
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const content = await readFile(path, 'utf8')
    if (content === FREE) return false
    const [holder = '', began = ''] = content.split(' ')
    if (!isAlive(Number(holder)) || (await startTicks(Number(holder))) !== began) return false
    return began !== '' || Date.now() - (await stat(path)).mtimeMs < STALE_AFTER_MS
  } catch (error) {
    // Removed since it was listed: a newer generation exists, so look again.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
}
