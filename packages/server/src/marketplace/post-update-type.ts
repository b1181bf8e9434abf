import type { PostUpdateType } from '@charsu/protocol/events'
import { REMOVED_STATE, type StoredPostState } from './post-states.ts'

/**
 * What an app is told of a post that changed (wire contract §5), or null for nothing.
 *
 * Published: PUBLISH, with every change. On its way there, new or again: ONGOING, with every change. Over, RETIRED or
 * removed: told once, when it was published or on its way before. RETIRE when it ended or was taken from the public,
 * ARCHIVE when it was removed while nobody could see it. What was over stays over: that it is removed after its end is
 * told, for its token leads nowhere then.
 * @param before null for a new post.
 */
export function postUpdateType(
  before: StoredPostState | null,
  after: StoredPostState,
): PostUpdateType | null {
  if (after === 'PUBLISHED') return 'PUBLISH'
  if (after === 'REVIEW_REQ' || after === 'PAYMENT_REQ') return 'ONGOING'
  if (before === null || before === after || before === REMOVED_STATE) return null
  if (after === 'RETIRED' || before === 'PUBLISHED') return 'RETIRE'
  return 'ARCHIVE'
}
