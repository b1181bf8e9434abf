/** What a message, its buttons and its writer look like in the answers of the user API (docs/user-api.md). */
export interface AppLabel {
  slug: string
  display_name: string
}

export type ButtonAction =
  | { open_direct_link: string }
  | { open_server_link: Record<string, never> }
  | { get_dynamic_action: Record<string, never> }
  | { open_post_page: { post_token: string } }
  | { open_post_manage_page: { post_token: string } }

export interface MessageButton {
  caption: string
  icon?: string
  action: ButtonAction
}

export interface ButtonGrid {
  rows: { buttons: MessageButton[] }[]
}

export interface ImageData {
  link: string
  thumbnail_link?: string
  size_bytes: number
  height_px: number
  width_px: number
}

export interface FileData {
  link: string
  name: string
  size_bytes: number
}

export interface VoiceData {
  link: string
  size_bytes: number
}

export interface VideoData {
  link: string
  thumbnail_link: string
  size_bytes: number
}

export interface LocationData {
  latitude: number
  longitude: number
}

export interface ContactData {
  name?: string
  phone: string
}

/** What a message says: the one member that its type names. */
export interface MessageSaying {
  text?: string
  image_data?: ImageData
  file_data?: FileData
  voice_data?: VoiceData
  video_data?: VideoData
  location_data?: LocationData
  contact_data?: ContactData
}

export interface Message extends MessageSaying {
  id: string
  conversation_id: string
  /** Counts up from 1 within the conversation, without gaps. */
  sequence: number
  /** It went out as the reader, by their own hand or by an app. */
  mine: boolean
  /** The app that wrote it; absent when the person did. */
  app?: AppLabel
  type: string
  /** Its writer was deleted, and what it said with them. */
  deleted?: true
  /** The reader's own grid. */
  buttons?: ButtonGrid
  sent_at: string
}

export interface MessagePage {
  messages: Message[]
  more: boolean
}

/** What a person may write: one of these. */
export type MessageBody =
  | { text: string }
  | { media_token: string }
  | { location: LocationData }
  | { contact: { phone: string; name?: string } }
