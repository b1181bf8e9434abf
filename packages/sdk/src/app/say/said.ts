import type { ButtonGrid } from '@charsu/protocol/button-grid'

/** A text of 1 to 4096 characters, or a file by the media token that its upload gave. */
export type Said = string | { mediaToken: string }

/** No value is one: the compiler's message shows the name of what is missing. */
interface NotHere {
  'buttons are for the chatbot, seller and buyer for conversations about posts: ask ctx.kind or ctx.place first': never
}

/** What each side of a POST conversation sees under a message. */
export interface PostFaces {
  seller?: ButtonGrid | undefined
  buyer?: ButtonGrid | undefined
  /** As whom it goes out, where both allowed it; the seller by default. */
  as?: 'seller' | 'buyer' | undefined
  buttons?: NotHere
}

/** What the user of a chatbot sees under a message. */
export interface ChatbotFaces {
  buttons?: ButtonGrid | undefined
  seller?: NotHere
  buyer?: NotHere
  as?: NotHere
}
