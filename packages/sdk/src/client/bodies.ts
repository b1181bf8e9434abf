import type { Action, ButtonGrid } from '@charsu/protocol/button-grid'
import type { SubscriptionType } from '@charsu/protocol/subscription'

/** A text of 1 to 4096 characters, or an uploaded file under its media token. */
export interface TextBody {
  type?: 'TEXT'
  message: string
  media_token?: undefined
}

export interface MediaBody {
  /** The file's type, if any: the platform knows it. */
  type?: 'IMAGE' | 'FILE' | 'VOICE' | 'VIDEO'
  /** What `upload` answered. */
  media_token: string
  message?: undefined
}

/** What is sent into a conversation (wire contract §2): each side sees its own buttons. */
export type SendMessageBody = (TextBody | MediaBody) & {
  /** For the person whose token it is sent with. */
  sender_buttons?: ButtonGrid | undefined
  /** For the other side. */
  receiver_buttons?: ButtonGrid | undefined
}

/** What a chatbot says (wire contract §9). */
export type SendChatbotMessageBody = (
  | { type?: 'TEXT'; text_message: string; media_token?: undefined }
  | { type?: MediaBody['type']; media_token: string; text_message?: undefined }
) & { buttons?: ButtonGrid | undefined }

/** What to be told of (wire contract §4). */
export interface SubscribeBody {
  event_type: SubscriptionType
  /** A post token; absent for all posts of the user. */
  event_resource_id?: string | undefined
  /** Comes back with each event; at most 4 KiB as JSON. */
  metadata?: Readonly<Record<string, unknown>> | undefined
}

/** A button of a notice. */
export interface NoticeButtonBody {
  /** 5 to 50 characters. */
  title: string
  action: Action
}

/** A notice to a user, outside any chat (wire contract §6). */
export interface SendEventBody {
  /** 1 to 1,000 characters; may be missing beside a button. */
  message?: string | undefined
  /** `USER`, the token's user, by default. */
  target_type?: 'USER' | 'POST' | undefined
  /** With POST a post token of the user's. */
  target_resource_id?: string | undefined
  primary_button?: NoticeButtonBody | undefined
  secondary_button?: NoticeButtonBody | undefined
}

/** Bounds, both inclusive. Numbers beyond 2^53 go as text. */
export interface RangeBody {
  min?: string | number | undefined
  max?: string | number | undefined
}

/** What posts are searched by (wire contract §8); whatever is absent matches all. */
export interface SearchPostsBody {
  category?: string | undefined
  city?: string | undefined
  districts?: readonly string[] | undefined
  query?:
    | {
        brand_model?: readonly string[] | undefined
        credit?: RangeBody | undefined
        rent?: RangeBody | undefined
        size?: RangeBody | undefined
        usage?: RangeBody | undefined
        production_year?: RangeBody | undefined
        only_with_parking?: boolean | undefined
        rooms?: readonly string[] | undefined
      }
    | undefined
}
