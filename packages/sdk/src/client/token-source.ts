/**
 * Where a client gets a user's access token from, asked before each call: `OAuth.client` makes one that refreshes in
 * time.
 * @example
 * ```ts run
 * import { Client, type TokenSource } from '@charsu/sdk'
 *
 * const source: TokenSource = { accessToken: async () => 'ca_example' }
 * const seller = new Client({ apiKey: 'ck_example' }).as(source)
 * ```
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
