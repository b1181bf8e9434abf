/** Signed links to uploaded files (wire contract §5 and §10), all of them absolute. */
export interface MediaLinks {
  /**
   * For an event: decided by its parameters alone, so that the event's text is the same over all retries and replays,
   * and alive for as long as there may be any.
   * @param from milliseconds since 1970 from which its life is counted: the time of the message.
   */
  link(mediaId: string, variant: MediaVariant, from: number): string
  /** For a person who looks at it now: short-lived, and the same for some hours, so that a browser loads it once. */
  viewLink(mediaId: string, variant: MediaVariant): string
}

export type MediaVariant = 'file' | 'thumbnail'
