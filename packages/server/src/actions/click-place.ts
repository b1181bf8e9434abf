import type { DynamicActionFacts } from '@charsu/protocol/dynamic-action'
import type { JsonObject } from '@charsu/protocol/json-object'
import type { SessionFacts, UserSide } from '@charsu/protocol/session-initialization'
import type { AppUserIds } from '../access/app-user-ids.ts'

/** Where a click was made, in our own ids; what does not apply is absent (wire contract §3). */
export interface ClickPlace {
  /** `CHAT_MESSAGE_ACTION`, `POST_ADDON`, or the touchpoint. */
  source: string
  /** CHAT for messages, MY_POST for notices on a post, MY_DIVAR for notices to a user. */
  touchpoint: string
  /** Where the user comes back to (return-url.ts). */
  returnUrl: string
  postToken?: string
  conversationId?: string
  userSide?: UserSide
  peerId?: string
  supplierId?: string
  demandId?: string
}

export interface AppAndUser {
  appId: string
  userId: string
}

/** The facts of a session initialization: everybody under the app's own ids for them. */
export function sessionFacts(
  userIds: Pick<AppUserIds, 'toPublic'>,
  { appId, userId }: AppAndUser,
  place: ClickPlace,
  data: JsonObject,
): SessionFacts {
  const known = (id: string | undefined) => (id === undefined ? undefined : userIds.toPublic(appId, id))
  return {
    source: place.source,
    userId: userIds.toPublic(appId, userId),
    data,
    returnUrl: place.returnUrl,
    userSide: place.userSide,
    postToken: place.postToken,
    conversationId: place.conversationId,
    peerId: known(place.peerId),
    supplierId: known(place.supplierId),
    demandId: known(place.demandId),
  }
}

export function dynamicActionFacts(
  userIds: Pick<AppUserIds, 'toPublic'>,
  { appId, userId }: AppAndUser,
  place: ClickPlace,
  data: JsonObject,
): DynamicActionFacts {
  return {
    touchpoint: place.touchpoint,
    userId: userIds.toPublic(appId, userId),
    data,
    userSide: place.userSide,
    postToken: place.postToken,
    conversationId: place.conversationId,
  }
}
