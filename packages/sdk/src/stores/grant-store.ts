/** One user's consent to this app, with the tokens it gave. */
export interface Grant {
  /** Made by this app; names the grant in its store. */
  id: string
  /** The id by which this app knows the user; with the scope USER_ID. */
  userId?: string | undefined
  /** As they were granted, in the spelling that was asked for. */
  scopes: string[]
  accessToken: string
  /** With the scope offline_access. */
  refreshToken?: string | undefined
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: number
  /** Which side of a conversation the user is on, where the app knows it. */
  side?: 'seller' | 'buyer' | undefined
  /** 0 while it was never saved; each save adds one. */
  version: number
}

/**
 * Where an app keeps grants. Several processes may share one; `save` then decides who was first, so that a refreshed
 * token is never overwritten by an older one. Tokens are secrets: keep them where only the app can read.
 */
export interface GrantStore {
  /** The grant as it was saved last. */
  get(id: string): Promise<Grant | undefined>
  /**
   * Stores the grant under the next version, if the stored one still has `grant.version`, or there is none and that is
   * 0. False when it is not so: somebody else was faster, and nothing was changed. One conditional write decides.
   */
  save(grant: Grant): Promise<boolean>
  /** Nothing happens where there is none. */
  delete(id: string): Promise<void>
  /** All grants of a user, in the order in which they were first saved. */
  ofUser(userId: string): Promise<Grant[]>
  /** All grants that hold at least one of these scopes, in any spelling, in the order in which they were first saved. */
  withAnyScope(scopes: string[]): Promise<Grant[]>
  /** All grants whose access token ends before this time, in milliseconds since 1970: to be refreshed, or forgotten. */
  expiringBefore(time: number): Promise<Grant[]>
}
