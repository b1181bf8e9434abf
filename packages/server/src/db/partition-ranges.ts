const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A partition's bounds in milliseconds since 1970; `to` is not in it. */
export interface PartitionRange {
  from: number
  to: number
}

/** Widths, each up to the time kept for which it is narrow enough and still makes few partitions. */
const WIDTHS: readonly [untilKept: number, width: number][] = [
  [2 * DAY, HOUR],
  [60 * DAY, DAY],
  [400 * DAY, 7 * DAY],
]
const WIDEST = 30 * DAY

/**
 * Milliseconds that one partition covers, so that there are never many more than a hundred: every query that is not
 * about one time only has to open all of them. What is kept goes a partition later, at the latest.
 */
export const partitionWidth = (keepMs: number): number =>
  WIDTHS.find(([untilKept]) => keepMs < untilKept)?.[1] ?? WIDEST

/**
 * The partitions to add so that everything is covered from now to two widths ahead, each beginning where the last
 * one ends. The very first begins before now. After a gap the next one begins in a minute, never
 * now: an insert under way may be bound for the default partition, and would be refused if its row's place changed.
 */
export function rangesToAdd(
  now: number,
  existing: readonly PartitionRange[],
  widthMs: number,
): PartitionRange[] {
  const covered = Math.max(...existing.map(({ to }) => to))
  const ranges: PartitionRange[] = []
  let from =
    existing.length === 0 ? roundDown(now, widthMs) : Math.max(covered, roundUp(now + MINUTE, MINUTE))
  while (from < now + 2 * widthMs) {
    const to = roundDown(from, widthMs) + widthMs
    ranges.push({ from, to })
    from = to
  }
  return ranges
}

/** Everything in it was finished longer than `keepMs` ago. */
export const isExpired = ({ to }: PartitionRange, now: number, keepMs: number): boolean => to <= now - keepMs

/** Made ahead under a setting that kept things for longer: narrower ones are to take its place. */
export const isTooWide = ({ from, to }: PartitionRange, now: number, widthMs: number): boolean =>
  from > now + MINUTE && to - from > widthMs

const roundDown = (time: number, unit: number): number => Math.floor(time / unit) * unit
const roundUp = (time: number, unit: number): number => Math.ceil(time / unit) * unit
