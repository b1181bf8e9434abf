import { isUuid } from '../ids.ts'
import type { ClickPlace } from './click-place.ts'
import type { ClickResult } from './click-result.ts'
import type { Language } from './click-sentences.ts'
import { returnUrl } from './return-url.ts'
import { type ClickDeps, noSuchButton, runClick } from './run-click.ts'
import { type ClickedMessage, loadMessage } from './store.ts'

export interface MessageClick {
  userId: string
  messageId: string
  /** Counted from 0, in the grid that this user was shown. */
  row: number
  column: number
  language?: Language
  traceparent?: string | null | undefined
}

/**
 * A click on a button under a message (wire contract §3).
 * @throws 404 unless this very user was shown such a button.
 */
export async function clickMessage(deps: ClickDeps, click: MessageClick): Promise<ClickResult> {
  const { userId, row, column } = click
  const messageId = click.messageId.toLowerCase()
  const message = isUuid(messageId) ? await loadMessage(deps.db, messageId) : null
  if (!message?.appId) throw noSuchButton()
  const grid = shownGrid(message, userId)
  const button = grid && message.body[grid]?.rows[row]?.buttons[column]
  if (!button) throw noSuchButton()
  return runClick(deps, {
    userId,
    language: click.language,
    appId: message.appId,
    messageId,
    noticeId: null,
    conversationId: message.conversationId,
    button: `${grid}.rows[${row}].buttons[${column}]`,
    action: button.action,
    place: placeOf(message, userId, deps.site.publicUrl),
    traceparent: click.traceparent,
  })
}

/** Which grid a user sees under a message; null for those who take no part in the conversation. */
function shownGrid(
  { senderId, supplierId, demandId }: Pick<ClickedMessage, 'senderId' | 'supplierId' | 'demandId'>,
  userId: string,
): 'sender_buttons' | 'receiver_buttons' | null {
  if (userId !== supplierId && userId !== demandId) return null
  return userId === senderId ? 'sender_buttons' : 'receiver_buttons'
}

function placeOf(message: ClickedMessage, userId: string, publicUrl: string): ClickPlace {
  const { conversationId, supplierId, demandId, postToken } = message
  const place = {
    source: 'CHAT_MESSAGE_ACTION',
    touchpoint: 'CHAT',
    returnUrl: returnUrl(publicUrl, { conversationId }),
    conversationId,
  }
  // A chatbot's conversation has neither post nor sides.
  if (message.conversationType === 'BOT' || supplierId === null || postToken === null) return place
  const isSupplier = userId === supplierId
  return {
    ...place,
    postToken,
    userSide: isSupplier ? 'SUPPLY' : 'DEMAND',
    peerId: isSupplier ? demandId : supplierId,
    supplierId,
    demandId,
  }
}
