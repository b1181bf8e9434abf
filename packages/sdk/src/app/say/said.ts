import type { ButtonGrid } from '@charsu/protocol/button-grid'

/** A text of 1 to 4096 characters, or a file by the media token that its upload gave. */
export type Said = string | { mediaToken: string }

/** What each side of a POST conversation sees under a message. */
export interface PostFaces {
  seller?: ButtonGrid | undefined
  buyer?: ButtonGrid | undefined
  /** As whom it goes out, where both allowed it; the seller by default. */
  as?: 'seller' | 'buyer' | undefined
  buttons?: never
}

/** What the user of a chatbot sees under a message. */
export interface ChatbotFaces {
  buttons?: ButtonGrid | undefined
  seller?: never
  buyer?: never
  as?: never
}
