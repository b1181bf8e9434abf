import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { isDatabaseAway } from '../db/database-failure.ts'
import { advanceReplay, changeStatus, completeReplays, dueReplays } from './replay-store.ts'
import { startLoop, type WakeableLoop } from './wakeable-loop.ts'

export interface ReplayRunnerDeps {
  db: Database
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  /** Called when replays may have been queued. */
  onQueued?: () => void
}

export interface ReplayRunnerOptions {
  /** Pause between two looks for something to do. */
  pollMs: number
  /** Pause between two rounds while there is something to do, so that a long job leaves the database to others. */
  breathMs: number
}

export interface ReplayRunner {
  start(): void
  /** Ends after the step under way; what is not done, another node or the next start does. */
  stop(): Promise<void>
}

const DEFAULTS: ReplayRunnerOptions = { pollMs: 250, breathMs: 20 }

/**
 * Carries replays on, a step of each job in turn. Every node runs one and none needs to know of the others: a step
 * is one transaction that takes what nobody else holds, and all that a job has come to is in its rows.
 */
export function createReplayRunner(
  { db, log, onQueued = () => {} }: ReplayRunnerDeps,
  options: Partial<ReplayRunnerOptions> = {},
): ReplayRunner {
  const { pollMs, breathMs } = { ...DEFAULTS, ...options }
  let loop: WakeableLoop | undefined
  let stopping = new AbortController()
  let reachable = true

  async function run(): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await round())) await breath()
      if (!reachable) log.info({}, 'the database is back; replays go on')
      reachable = true
    } catch (error) {
      if (reachable) log.warn({ err: error }, 'replays pause: the database does not answer')
      reachable = false
    }
  }

  async function breath(): Promise<void> {
    await delay(breathMs, undefined, { signal: stopping.signal }).catch(() => {})
  }

  async function round(): Promise<boolean> {
    let more = false
    for (const jobId of await dueReplays(db)) {
      if (stopping.signal.aborted) return false
      const moved = await step(jobId)
      if (moved) onQueued()
      more ||= moved
    }
    await completeReplays(db)
    return more
  }

  async function step(jobId: string): Promise<boolean> {
    try {
      return await advanceReplay(db, jobId)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      if (!isFault(error)) {
        log.warn({ err: error, jobId }, 'a step of a replay was not made; it is tried again')
        return false
      }
      const failed = { from: ['running'], to: 'failed', reason: 'internal_error' } as const
      if (await changeStatus(db, { jobId, appId: null }, failed)) {
        log.error({ err: error, jobId }, 'a replay failed; it can be resumed')
      }
      return false
    }
  }

  return {
    start() {
      stopping = new AbortController()
      loop ??= startLoop(run, { pauseMs: pollMs })
    },
    async stop() {
      stopping.abort()
      await loop?.stop()
      loop = undefined
    },
  }
}

/** Data exceptions, broken constraints, wrong statements, internal errors: what fails so fails again, on every node. */
const isFault = (error: unknown): boolean =>
  /^(22|23|42|P0|XX)/.test(String((error as { code?: unknown } | null)?.code))
