/** Which window of whom; as in the table quota_windows. */
export type QuotaKind = 'app_minute' | 'app_day' | 'user_minute' | 'check_minute'

/** How a node takes slices of one kind of quota, and gives back what it does not use. */
export interface QuotaPolicy {
  kind: QuotaKind
  /** Length of a window in seconds. */
  windowSeconds: number
  /** A slice is at most this part of the limit: 100 for a hundredth. */
  share: number
  /** The slices of all nodes together are at most this part of the limit; null where it does not matter. */
  together: number | null
  /** What is taken ahead of need is at most this part of what nobody has taken yet. */
  shrink: number
  /** How many milliseconds a slice should last, by which its size adapts; null always takes the largest. */
  lastMs: number | null
  /** Milliseconds without use after which what is left goes back; null keeps it until its window ends. */
  idleMs: number | null
  /** Milliseconds that "used up" is believed: another node may give something back. */
  believeMs: number
}

export const APP_MINUTE: QuotaPolicy = {
  kind: 'app_minute',
  windowSeconds: 60,
  share: 100,
  together: 25,
  shrink: 32,
  lastMs: 4_000,
  idleMs: 4_000,
  believeMs: 250,
}

/** Smaller parts than of a minute: they lie about for longer. */
export const APP_DAY: QuotaPolicy = {
  kind: 'app_day',
  windowSeconds: 86_400,
  share: 200,
  together: 25,
  shrink: 64,
  lastMs: 30_000,
  idleMs: 30_000,
  believeMs: 2_000,
}

/** People write a few messages a minute, nearly always through one node: one question a minute is enough for most. */
export const USER_MINUTE: QuotaPolicy = {
  kind: 'user_minute',
  windowSeconds: 60,
  share: 6,
  together: null,
  shrink: 6,
  lastMs: null,
  idleMs: null,
  believeMs: 1_000,
}

/** Checks of addresses that a developer types: few, and each costs seconds of a connection. */
export const CHECK_MINUTE: QuotaPolicy = { ...USER_MINUTE, kind: 'check_minute' }
