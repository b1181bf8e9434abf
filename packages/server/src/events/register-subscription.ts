import type { SubscriptionRequest } from '@charsu/protocol/subscription'
import type { AppUserCaller } from '../access/callers.ts'
import { requireDevelopmentPost } from '../access/development-posts.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { endpointOf, findPost, lockDevelopment, lockLiveToken, replaceSubscription } from './store.ts'
import { requireSubscriptionScope } from './subscription-scope.ts'

export interface RegisterSubscriptionDeps {
  db: Database
}

export interface RegisterSubscriptionInput {
  caller: AppUserCaller
  request: SubscriptionRequest
}

/**
 * Subscribes the app to what happens to the token's user, for as long as that token lives; the same app, user, type
 * and resource again replaces metadata and expiry (wire contract §4). The old row ends and another begins, because
 * what is still to be delivered under the old metadata must keep its bytes.
 * @throws 403 scope missing, a post of somebody else, or a development app and no development post; 404 no such post; 412 the app has no events URL; 401 the
 * token was revoked meanwhile.
 */
export async function registerSubscription(
  deps: RegisterSubscriptionDeps,
  { caller, request }: RegisterSubscriptionInput,
): Promise<Record<string, never>> {
  const { token } = caller
  const { resourceId } = request
  const post = resourceId === undefined ? null : await findPost(deps.db, resourceId)
  requireSubscriptionScope(token, request, post)
  if (post) requireDevelopmentPost(caller, post.development)

  await deps.db.transaction().execute(async (tx) => {
    const developmentOnly = !post && (await lockDevelopment(tx, caller.appId))
    const endpoint = await endpointOf(tx, caller.appId)
    if (!endpoint?.url) throw noEventsUrl()
    // Its lock puts registrations of one user and app, and the grant's revocation, one after the other.
    const expiresAt = await lockLiveToken(tx, token)
    if (!expiresAt) throw revokedMeanwhile()
    await replaceSubscription(tx, {
      appId: caller.appId,
      userId: token.userId,
      grantId: token.grantId,
      tokenId: token.tokenId,
      endpointId: endpoint.id,
      eventType: request.eventType,
      postId: post?.id ?? null,
      metadata: request.metadata,
      expiresAt,
      developmentOnly,
    })
  })
  return {}
}

const noEventsUrl = (): ApiError =>
  new ApiError(
    'FAILED_PRECONDITION',
    'the app has no events URL, so no event could reach it: set its events URL in the console, then subscribe again',
    { reason: 'EVENTS_URL_MISSING' },
  )

export const revokedMeanwhile = (): ApiError =>
  new ApiError(
    'UNAUTHENTICATED',
    'the user token expired or was revoked a moment ago: ask for consent again at /oauth2/auth',
    { reason: 'CREDENTIAL_REVOKED' },
  )
