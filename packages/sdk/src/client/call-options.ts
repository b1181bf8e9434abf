/** What a single call may have otherwise. */
export interface CallOptions {
  /** Ends the call, between attempts too; it rejects with the signal's reason then. */
  signal?: AbortSignal | undefined
  /** Added to the request; a name that the client sets itself is replaced. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds for one attempt, instead of the client's. */
  timeoutMs?: number | undefined
}

/** What a single send may have otherwise. */
export interface SendOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters: the same key within 24 hours sends once, however often and from wherever it is
   * tried. A random one by default, the same over the retries of one call.
   */
  idempotencyKey?: string | undefined
}
