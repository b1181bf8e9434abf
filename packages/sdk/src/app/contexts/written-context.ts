import type { ChatMessage } from '@charsu/protocol/chat-message'
import type { Call } from '../services.ts'
import { BaseContext } from './base-context.ts'
import {
  type ContactPart,
  type FilePart,
  type ImagePart,
  type LocationPart,
  messageParts,
  type VideoPart,
  type VoicePart,
} from './message-parts.ts'

/** Something was written, in whichever kind of conversation. */
export abstract class WrittenContext extends BaseContext {
  readonly message: ChatMessage
  readonly conversationId: string
  readonly text: string | undefined
  readonly image: ImagePart | undefined
  readonly file: FilePart | undefined
  readonly voice: VoicePart | undefined
  readonly location: LocationPart | undefined
  readonly video: VideoPart | undefined
  readonly contact: ContactPart | undefined

  /** @internal */
  constructor(call: Call, message: ChatMessage) {
    super(call)
    const { text, image, file, voice, location, video, contact } = messageParts(message)
    this.message = message
    this.conversationId = message.conversation.id
    this.text = text
    this.image = image
    this.file = file
    this.voice = voice
    this.location = location
    this.video = video
    this.contact = contact
  }
}
