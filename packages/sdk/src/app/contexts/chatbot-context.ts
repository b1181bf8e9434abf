import type { NewChatbotMessageEvent } from '@charsu/protocol/events'
import type { ChatbotFaces, Said } from '../say/said.ts'
import { sayAsChatbot } from '../say/say-as-chatbot.ts'
import type { Call } from '../services.ts'
import { WrittenContext } from './written-context.ts'

/** What a user wrote to the app's chatbot (wire contract §9). */
export class ChatbotContext extends WrittenContext {
  readonly kind = 'chatbot' as const

  /** @internal */
  constructor(call: Call, event: NewChatbotMessageEvent) {
    super(call, event.new_chatbot_message)
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
