import { setTimeout as pause } from 'node:timers/promises'
import { type LoadSnapshotDeps, loadSnapshot } from './load-snapshot.ts'
import type { ReplacementWatch } from './replacement-watch.ts'

export interface LoadDeps extends LoadSnapshotDeps {
  replacement: Pick<ReplacementWatch, 'replaced'>
  /** Tells other nodes at once; they would find out by polling too. */
  tellOthers(): void
}

const LONGEST_WAIT_MS = 5_000
const LOOK_MS = 50

/**
 * Loads a snapshot, and resolves when every node that lived before has been renewed, as far as they answer soon: so
 * whoever goes on after the answer meets the new marketplace, whichever process they reach.
 * @returns slugs of development apps whose credentials have changed with it.
 */
export async function loadAndRenew(
  deps: LoadDeps,
  options: { name: string; signal: AbortSignal },
): Promise<string[]> {
  const before = await livingNodes(deps)
  const { loadId, appsWithOtherCredentials } = await loadSnapshot(deps, options)
  deps.tellOthers()
  await deps.replacement.replaced(loadId)
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += LOOK_MS) {
    const renewed = (await livingNodes(deps)).filter((id) => !before.includes(id))
    if (renewed.length >= before.length) break
    await pause(LOOK_MS)
  }
  return appsWithOtherCredentials
}

async function livingNodes({ pool }: LoadDeps): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from nodes where seen_at > clock_timestamp() - interval '15 seconds'`,
  )
  return rows.map(({ id }) => id)
}
