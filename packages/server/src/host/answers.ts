import type { StoredMessage } from '../conversations/list-messages.ts'
import type { OpenedConversation } from '../conversations/open-conversation.ts'
import { sentAtText } from '../conversations/sent-at.ts'
import type { MediaLinks } from '../delivery/media-links.ts'
import { type SentMessage, wireContent } from '../delivery/wire-content.ts'
import type { Post, User } from '../marketplace/store.ts'
import type { DeletionState } from '../marketplace/user-deletion-store.ts'

/** Rows as the host sees them: under its own names, times as RFC 3339. */

export const userAnswer = (user: User) => ({
  host_id: user.host_id,
  phone: user.phone,
  name: user.name,
  locale: user.locale,
  developer: user.developer,
  blacklisted: user.blacklisted,
  operator: user.operator,
  created_at: user.created_at.toISOString(),
  updated_at: user.updated_at.toISOString(),
})

/** Null for a deleted person. */
export const hostIdOf = ({ host_id, deleted_at }: User): string | null => (deleted_at ? null : host_id)

export const deletionAnswer = ({ requestedAt, erasedAt }: DeletionState) => ({
  deleted_at: requestedAt.toISOString(),
  erased_at: erasedAt?.toISOString() ?? null,
})

export const postAnswer = (post: Post, owner: User) => ({
  token: post.token,
  owner: hostIdOf(owner),
  category: post.category,
  city: post.city,
  district: post.district,
  title: post.title,
  images: post.images,
  state: post.state,
  chat_enabled: post.chat_enabled,
  is_phone_hidden: post.is_phone_hidden,
  development: post.development,
  first_published_at: post.first_published_at?.toISOString() ?? null,
  last_modified_at: post.last_modified_at.toISOString(),
  data: post.data,
  location: post.location,
  video: post.video,
  business: post.business,
  reject_reason: post.reject_reason,
})

export const conversationAnswer = (
  conversation: OpenedConversation,
  people: { supplier: string | null; buyer: string },
) => ({
  conversation_id: conversation.id,
  post_token: conversation.postToken,
  supplier: people.supplier,
  buyer: people.buyer,
  created: conversation.isNew,
  created_at: conversation.createdAt.toISOString(),
})

const contentAnswer = (message: SentMessage, links: MediaLinks) => {
  const { type, content } = wireContent(message, (mediaId, variant) => links.viewLink(mediaId, variant))
  return { type, ...content }
}

/** Both sides' grids: the host may see what each of its users sees. */
export const messageAnswer = (
  { id, sequence, senderHostId, app, type, body, ...message }: StoredMessage,
  links: MediaLinks,
) => ({
  message_id: id,
  sequence,
  sender: senderHostId,
  app: app && { slug: app.slug, display_name: app.displayName },
  ...contentAnswer({ type, body }, links),
  ...(body.deleted && { deleted: true }),
  ...(body.sender_buttons && { sender_buttons: body.sender_buttons }),
  ...(body.receiver_buttons && { receiver_buttons: body.receiver_buttons }),
  sent_at: sentAtText(message.sentAtMicroseconds),
})
