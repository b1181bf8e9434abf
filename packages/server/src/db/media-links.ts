/** Signed links to uploaded files (wire contract §5 and §10). */
export interface MediaLinks {
  /**
   * An absolute link, decided by its parameters alone: an event's text is the same over all retries.
   * @param from milliseconds since 1970 from which its life is counted; for events the time of the message.
   */
  link(mediaId: string, variant: 'file' | 'thumbnail', from: number): string
}
