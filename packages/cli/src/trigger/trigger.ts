import type { TSchema } from 'typebox'

/** Where a triggered call pretends to come from. */
export interface SamplePlace {
  /** Origin of the Charsu. */
  url: string
  conversationId: string
  postToken: string
  /** The app that hears of it. */
  slug: string
  /** A new id at every call, for apps handle each message once. */
  newId(): string
  /** Unix milliseconds. */
  now: number
}

/** Something that happens on a marketplace and that an app is told of. */
export interface Trigger {
  /** As it is written behind `charsu trigger`. */
  name: string
  summary: string
  call: 'event' | 'session' | 'action'
  sessionVersion?: 1 | 2
  /** Of the body. */
  schema: TSchema
  sample(place: SamplePlace): object
}
