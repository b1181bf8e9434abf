import type { ClickResult } from '../../packages/server/src/actions/click-result.ts'
import type { BlockedChatbot, BlockedPeer } from '../../packages/server/src/me/block-store.ts'
import type { ChatbotView } from '../../packages/server/src/me/chatbot-store.ts'
import type { OfferedAppView } from '../../packages/server/src/me/conversation-apps.ts'
import type { ReadPlace } from '../../packages/server/src/me/conversation-store.ts'
import type { GrantView } from '../../packages/server/src/me/list-grants.ts'
import type { NewsContent } from '../../packages/server/src/me/stream-store.ts'
import type { ConversationView } from '../../packages/server/src/me/view-conversation.ts'
import type { MessageView } from '../../packages/server/src/me/view-message.ts'
import type { NoticeView } from '../../packages/server/src/me/view-notice.ts'
import type * as conversation from '../../packages/web/src/api/person/conversation-shapes.ts'
import type * as message from '../../packages/web/src/api/person/message-shapes.ts'
import type * as notice from '../../packages/web/src/api/person/notice-shapes.ts'
import type * as person from '../../packages/web/src/api/person/person-shapes.ts'
import type { StreamEvent } from '../../packages/web/src/api/person/stream-events.ts'
import type { Fits } from './fits.ts'

/** The events that are told as they are read; the others are views, which are compared by themselves. */
type Told<Kind extends NewsContent['kind']> = Extract<NewsContent, { kind: Kind }>['row']
type Heard<Kind extends StreamEvent['kind']> = Extract<StreamEvent, { kind: Kind }>['data']

/** The user API (docs/user-api.md): what the server answers is what the pages read. */
export type PersonShapes = [
  Fits<ConversationView, conversation.Conversation>,
  Fits<ReadPlace, conversation.ReadPlace>,
  Fits<MessageView, message.Message>,
  Fits<NoticeView, notice.Notice>,
  Fits<GrantView, person.Grant>,
  Fits<{ blocked: BlockedPeer[]; chatbots: BlockedChatbot[] }, person.Blocks>,
  Fits<{ apps: OfferedAppView[] }, person.ConversationApps>,
  Fits<{ chatbots: ChatbotView[] }, person.Chatbots>,
  Fits<ClickResult, person.ClickResult>,
  Fits<Told<'read'>, Heard<'read'>>,
  Fits<Told<'peer_read'>, Heard<'peer_read'>>,
  Fits<Told<'notices_read'>, Heard<'notices_read'>>,
  Fits<NewsContent['kind'] | 'ready' | 'resync', StreamEvent['kind']>,
]
