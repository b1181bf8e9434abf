import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import type { Database } from '../db/database.ts'
import type { PostConversationsRequest } from './post-conversations-body.ts'
import { findNamedPost, usePostConversationsEndpoint } from './post-conversations-store.ts'
import { revokedMeanwhile } from './register-subscription.ts'
import { lockLiveToken, replaceSubscription } from './store.ts'
import { requirePostConversationsScope } from './subscription-scope.ts'

/** The older subscription, apart from those at the events URL: an app may hold both for one post. */
const EVENT_TYPE = 'CHAT_MESSAGE'

export interface RegisterPostConversationsInput {
  caller: AppUserCaller
  request: PostConversationsRequest
}

/**
 * The older way to hear of a post's messages, at a URL of its own and under a key of its own (wire contract §4). It
 * lives as long as the token it was made with. The same app and post again replaces URL, key and expiry; what is
 * still to be delivered goes where it was meant to go. Title and category are kept as they are now.
 * @throws 403 scope missing, or a post of somebody else; 404 no such post; 401 the token was revoked meanwhile.
 */
export async function registerPostConversations(
  { db }: { db: Database },
  { caller, request }: RegisterPostConversationsInput,
): Promise<Record<string, never>> {
  const { token, appId } = caller
  const { postToken, endpoint: url, identificationKey } = request
  const post = requirePostConversationsScope(token, postToken, await findNamedPost(db, postToken))
  requireDevelopmentPost(caller, post.development)

  await db.transaction().execute(async (tx) => {
    const expiresAt = await lockLiveToken(tx, token)
    if (!expiresAt) throw revokedMeanwhile()
    const endpointId = await usePostConversationsEndpoint(tx, { appId, url, identificationKey })
    await replaceSubscription(tx, {
      appId,
      userId: token.userId,
      grantId: token.grantId,
      tokenId: token.tokenId,
      endpointId,
      eventType: EVENT_TYPE,
      postId: post.id,
      metadata: { title: post.title, category: post.category, post_token: postToken },
      expiresAt,
    })
  })
  return {}
}
