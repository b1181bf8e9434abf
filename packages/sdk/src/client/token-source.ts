/**
 * Where a client gets a user's access token from, asked before each call: `OAuth.client` makes one that refreshes in
 * time.
 */
export interface TokenSource {
  /** A token that is valid as far as is known. */
  accessToken(): Promise<string>
  /**
   * The platform did not take this token (401). True when `accessToken` gives another one now: the call is tried once
   * more with it.
   */
  refused?(token: string): Promise<boolean>
}
