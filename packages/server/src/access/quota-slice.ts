import type { QuotaPolicy } from './quota-policy.ts'

/** What a node asks of a window: for calls that wait now, and beyond them. */
export interface Ask {
  needed: number
  ahead: number
}

/** What a node holds of a window when it asks. */
export interface Holding {
  limit: number
  /** Given to nobody yet, as far as is known. */
  left: number
  have: number
  size: number
  /** Nodes that count, this one among them. */
  nodes: number
}

/**
 * How much to hold from now on: twice as much when it went too fast, half when it lasted too long, and never more than
 * the policy's part of the limit and of what is left. One means that every call asks, which is exact: so it is with
 * small limits, and near the end of any.
 * @param heldMs how long the last slice lasted.
 */
export function sliceSize(
  { limit, left, size, nodes }: Holding,
  heldMs: number,
  policy: QuotaPolicy,
): number {
  const { lastMs, share, together } = policy
  const parts = Math.max(share, (together ?? 0) * nodes)
  const most = Math.floor(Math.min(limit / parts, left / policy.shrink))
  if (lastMs === null) return Math.max(1, most)
  const wanted = heldMs < lastMs / 2 ? size * 2 : heldMs > lastMs * 2 ? size >> 1 : size
  return Math.max(1, Math.min(wanted, most))
}

/** Whether to ask for more before there is nothing left. */
export const runsLow = ({ have, size }: Pick<Holding, 'have' | 'size'>): boolean =>
  size > 1 && have <= size >> 1

/** What to ask for `waiting` calls, so that afterwards there is as much as `size` beyond them. */
export function askFor({ have, size }: Pick<Holding, 'have' | 'size'>, waiting: number): Ask {
  const needed = Math.max(0, waiting - have)
  const over = Math.max(0, have - waiting)
  return { needed, ahead: size > 1 ? Math.max(0, size - over) : 0 }
}
