import { MAX_RETURN_URL_LENGTH, type SessionFacts } from '@charsu/protocol/session-initialization'
import { type ClickStep, failed } from './click-app.ts'
import type { Conversation, Notice, User, World } from './world.ts'

/** Where a click was made, as the app is to learn of it (wire contract §3). */
export type ClickPlace = Omit<SessionFacts, 'userId' | 'data'> & { touchpoint: string }

/** The places of the marketplace's pages where apps are offered (wire contract §11). */
export type Touchpoint = 'MY_POST' | 'DEMAND_POST' | 'CHAT' | 'MY_DIVAR' | 'DIVAR_PRO'

/** Of a button under a message. */
export function placeOfMessage(charsuUrl: string, conversation: Conversation, userId: string): ClickPlace {
  const place = {
    source: 'CHAT_MESSAGE_ACTION',
    touchpoint: 'CHAT',
    returnUrl: returnUrl(charsuUrl, `conversation=${conversation.id}`),
    conversationId: conversation.id,
  }
  return conversation.type === 'BOT' ? place : { ...place, ...sides(conversation, userId) }
}

function sides({ postToken, supplierId, demandId }: Conversation, userId: string): Partial<ClickPlace> {
  const isSupplier = userId === supplierId
  return {
    postToken: postToken ?? undefined,
    userSide: isSupplier ? 'SUPPLY' : 'DEMAND',
    peerId: (isSupplier ? demandId : supplierId) ?? undefined,
    supplierId: supplierId ?? undefined,
    demandId,
  }
}

/** Of a button of a notice. */
export function placeOfNotice(charsuUrl: string, world: World, { postToken, userId }: Notice): ClickPlace {
  const back = returnUrl(charsuUrl, 'to=notices')
  if (postToken === undefined) return { source: 'MY_DIVAR', touchpoint: 'MY_DIVAR', returnUrl: back }
  const isOwner = world.posts.get(postToken)?.ownerId === userId
  return {
    source: 'POST_ADDON',
    touchpoint: 'MY_POST',
    returnUrl: back,
    postToken,
    ...(isOwner && { userSide: 'SUPPLY' as const }),
  }
}

/**
 * Of an app that is opened at a touchpoint, or why it does not open there for this person.
 * @param about a post token at MY_POST and DEMAND_POST, a conversation id at CHAT.
 */
export function placeOfTouchpoint(
  { world, charsuUrl }: { world: World; charsuUrl: string },
  user: User,
  { touchpoint, about = '' }: { touchpoint: Touchpoint; about?: string | undefined },
): ClickPlace | ClickStep {
  switch (touchpoint) {
    case 'MY_POST':
    case 'DEMAND_POST': {
      const post = world.posts.get(about)
      const isOwner = post?.ownerId === user.id
      const isThere = post && post.state !== 'ARCHIVED'
      if (!isThere || (touchpoint === 'DEMAND_POST' && !isOwner && post.state !== 'PUBLISHED')) {
        return failed('POST_UNKNOWN', `there is no such post ${about}: offer the app on posts that are there`)
      }
      if (touchpoint === 'MY_POST' && !isOwner) {
        return failed('NOT_POST_OWNER', 'MY_POST opens for the post’s owner: offer DEMAND_POST to the others')
      }
      if (touchpoint === 'DEMAND_POST' && isOwner) {
        return failed(
          'OWN_POST',
          'DEMAND_POST opens for everybody but the post’s owner: offer MY_POST to them',
        )
      }
      return {
        source: touchpoint,
        touchpoint,
        returnUrl: returnUrl(charsuUrl, `to=${touchpoint}&post=${about}`),
        postToken: about,
        userSide: isOwner ? 'SUPPLY' : 'DEMAND',
      }
    }
    case 'CHAT': {
      const conversation = world.conversations.get(about)
      if (
        conversation?.type !== 'POST' ||
        ![conversation.supplierId, conversation.demandId].includes(user.id)
      ) {
        return failed(
          'CONVERSATION_UNKNOWN',
          'CHAT opens for those who take part in a conversation about a post',
        )
      }
      return { ...placeOfMessage(charsuUrl, conversation, user.id), source: 'CHAT' }
    }
    default:
      return { source: touchpoint, touchpoint, returnUrl: returnUrl(charsuUrl, `to=${touchpoint}`) }
  }
}

function returnUrl(charsuUrl: string, query: string): string {
  const full = `${charsuUrl}/completion?${query}`
  return full.length <= MAX_RETURN_URL_LENGTH ? full : `${charsuUrl}/completion`
}
