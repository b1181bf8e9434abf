import { POST_STATES, type PostState } from '@charsu/protocol/posts'

/** A removed post is kept, for its conversations' sake, but no app sees it any more. */
export const REMOVED_STATE = 'ARCHIVED'

export type StoredPostState = PostState | typeof REMOVED_STATE

export const STORED_POST_STATES: readonly StoredPostState[] = [...POST_STATES, REMOVED_STATE]

/** Whether a state has a name towards apps. */
export const isPublicState = (state: string): state is PostState =>
  POST_STATES.some((known) => known === state)
