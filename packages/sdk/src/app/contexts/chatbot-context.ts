import type { ChatMessage, NewChatbotMessageEvent } from '@charsu/protocol/events'
import type { ChatbotFaces, Said } from '../say/said.ts'
import { sayAsChatbot } from '../say/say-as-chatbot.ts'
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

/** What a user wrote to the app's chatbot (wire contract §9). */
export class ChatbotContext extends BaseContext {
  readonly kind = 'chatbot' as const
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
  constructor(call: Call, event: NewChatbotMessageEvent) {
    super(call)
    const message = event.new_chatbot_message
    const parts = messageParts(message)
    this.message = message
    this.conversationId = message.conversation.id
    this.text = parts.text
    this.image = parts.image
    this.file = parts.file
    this.voice = parts.voice
    this.location = parts.location
    this.video = parts.video
    this.contact = parts.contact
  }

  /**
   * Says something to the user, with the app's key alone. However often the event is delivered, it is said once.
   *
   * @throws RefusedError when the platform says no, NoAnswerError when it does not answer.
   *
   * @example
   * ```ts
   * import { App, appSettings, grid, link } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.start((ctx) => ctx.say('Hello', { buttons: grid([[link('Our site', 'https://visits.example/')]]) }))
   * ```
   */
  async say(what: Said, faces: ChatbotFaces = {}): Promise<void> {
    await sayAsChatbot(this.call, this.conversationId, what, faces)
  }

  protected override userIds(): readonly string[] {
    return []
  }
}
