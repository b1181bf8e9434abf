import type { Action, ButtonGrid } from '@charsu/protocol/button-grid'
import type { ChatMessage, MessageContent } from '@charsu/protocol/events'
import type { Conversation, Message, Notice } from './world.ts'

/** A message as one person sees it. */
export interface SeenMessage {
  id: string
  /** Whether it went out as this person. */
  mine: boolean
  /** The app's name, where an app wrote it. */
  app?: string
  type: ChatMessage['type']
  /** Of a message of type TEXT. */
  text?: string
  /** What a message of another type says. */
  content?: MessageContent
  /** Captions of this person's own buttons, row by row; the other side's are never shown. */
  buttons: string[][]
}

/** A notice in a person's inbox (wire contract §6). */
export interface SeenNotice {
  id: string
  app: string
  message?: string
  /** Of a notice on a post. */
  postToken?: string
  /** Titles of its buttons. */
  buttons: string[]
}

export function seenMessage(message: Message, userId: string, appName: string): SeenMessage {
  const { id, byApp, type, content } = message
  return {
    id,
    mine: message.senderId === userId,
    ...(byApp && { app: appName }),
    type,
    ...('text' in content ? { text: content.text } : { content }),
    buttons: (gridOf(message, userId)?.rows ?? []).map((row) => row.buttons.map(({ caption }) => caption)),
  }
}

export function seenNotice({ id, message, postToken, primary, secondary }: Notice, app: string): SeenNotice {
  return {
    id,
    app,
    ...(message !== undefined && { message }),
    ...(postToken !== undefined && { postToken }),
    buttons: [primary, secondary].flatMap((button) => (button ? [button.title] : [])),
  }
}

const gridOf = (message: Message, userId: string): ButtonGrid | undefined =>
  message.senderId === userId ? message.senderButtons : message.receiverButtons

/** A button that a person may tap. */
export interface ShownButton {
  caption: string
  action: Action
  /** The text it stands under. */
  under: string
  /** Names it among all buttons of a person. */
  key: string
  from: { message: Message; conversation: Conversation } | { notice: Notice }
}

/** All buttons that a person sees: of the open chat, the newest message first, then of the inbox. */
export function shownButtons(
  userId: string,
  conversation: Conversation | undefined,
  notices: readonly Notice[],
): ShownButton[] {
  const inChat = conversation?.messages.toReversed().flatMap((message) =>
    (gridOf(message, userId)?.rows ?? []).flatMap(({ buttons }, row) =>
      buttons.map(({ caption, action }, column) => ({
        caption,
        action,
        under: 'text' in message.content ? message.content.text : message.type,
        key: `${message.id} ${row} ${column}`,
        from: { message, conversation },
      })),
    ),
  )
  const inInbox = notices.toReversed().flatMap((notice) =>
    (['primary', 'secondary'] as const).flatMap((place) => {
      const button = notice[place]
      if (!button) return []
      const { title: caption, action } = button
      return [
        { caption, action, under: notice.message ?? '', key: `${notice.id} ${place}`, from: { notice } },
      ]
    }),
  )
  return [...(inChat ?? []), ...inInbox]
}
