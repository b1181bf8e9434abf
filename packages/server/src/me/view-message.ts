import type { Action, Button, ButtonGrid } from '@charsu/protocol/button-grid'
import type { MessageContent } from '@charsu/protocol/events'
import type { MessageBody } from '../db/message-body.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { wireContent } from '../delivery/wire-content.ts'

/** A message as `messageColumns` of message-store.ts reads it. */
export interface MessageRow {
  id: string
  conversation_id: string
  sequence: number
  sender_id: string
  type: string
  body: MessageBody
  /** RFC 3339 in UTC, with microseconds. */
  sent_at: string
  app_slug: string | null
  app_display_name: string | null
}

/** A message as one of its two viewers sees it: what it says is in the form of events (wire contract §5). */
export type MessageView = MessageFrame & (MessageContent | PictureContent)

interface PictureContent {
  image_data: Extract<MessageContent, { image_data: unknown }>['image_data'] & { thumbnail_link: string }
}

interface MessageFrame {
  id: string
  conversation_id: string
  /** Counts up by one within the conversation, from 1. */
  sequence: number
  /** Whether it went out as the viewer. */
  mine: boolean
  /** The app that wrote it; absent when the person did. */
  app?: AppLabel
  type: string
  /** Its writer was deleted, and what it said with them; it is shown as an empty text. */
  deleted?: true
  /** The viewer's own grid; the other side's is never shown. */
  buttons?: GridView
  sent_at: string
}

export interface AppLabel {
  slug: string
  display_name: string
}

export interface GridView {
  rows: { buttons: ButtonView[] }[]
}

export interface ButtonView {
  caption: string
  icon?: string
  /** What a click will do. The app's data stays here: it is between the app and us. */
  action: ActionView
}

export type ActionView =
  | { open_direct_link: string }
  | { open_server_link: Record<string, never> }
  | { get_dynamic_action: Record<string, never> }
  | { open_post_page: { post_token: string } }
  | { open_post_manage_page: { post_token: string } }

export function viewMessage(row: MessageRow, viewerId: string, links: MediaLinks): MessageView {
  const mine = row.sender_id === viewerId
  const grid = mine ? row.body.sender_buttons : row.body.receiver_buttons
  const app = appLabel(row.app_slug, row.app_display_name)
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    sequence: row.sequence,
    mine,
    ...(app && { app }),
    ...viewContent(row, links),
    ...(row.body.deleted && { deleted: true as const }),
    ...(grid && { buttons: viewGrid(grid) }),
    sent_at: row.sent_at,
  }
}

function viewContent(
  row: MessageRow,
  links: MediaLinks,
): { type: string } & (MessageContent | PictureContent) {
  const { type, content } = wireContent(row, (mediaId, variant) => links.viewLink(mediaId, variant))
  const { media } = row.body
  if (!media || !('image_data' in content)) return { type, ...content }
  return {
    type,
    image_data: { ...content.image_data, thumbnail_link: links.viewLink(media.id, 'thumbnail') },
  }
}

export const appLabel = (slug: string | null, displayName: string | null): AppLabel | null =>
  slug === null ? null : { slug, display_name: displayName ?? slug }

const viewGrid = ({ rows }: ButtonGrid): GridView => ({
  rows: rows.map(({ buttons }) => ({ buttons: buttons.map(viewButton) })),
})

const viewButton = ({ caption, icon, action }: Button): ButtonView => ({
  caption,
  ...(icon !== undefined && { icon }),
  action: viewAction(action),
})

export function viewAction(action: Action): ActionView {
  if ('open_server_link' in action) return { open_server_link: {} }
  if ('get_dynamic_action' in action) return { get_dynamic_action: {} }
  return action
}
