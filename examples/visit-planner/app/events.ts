import { createHash } from 'node:crypto'
import type { NewMessageEvent, WebhookEvent } from '@charsu/protocol/events'
import type { Grants } from './grants.ts'
import type { Planner } from './planner.ts'
import type { Store } from './store.ts'

export interface EventDeps {
  store: Store
  grants: Grants
  planner: Planner
}

/** More than could be under way at once. */
const REMEMBERED = 1000

/**
 * Handles each event once, though it may come twice: at the same time, after a lost answer, or resent from the
 * console. A crash between acting and remembering does no harm either, because what is sent carries a key made of
 * the event's id.
 */
export class Events {
  readonly #deps: EventDeps
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(deps: EventDeps) {
    this.#deps = deps
  }

  /**
   * @param id webhook-id.
   * @throws what makes Charsu try again.
   */
  handle(id: string, event: WebhookEvent): Promise<void> {
    if (this.#deps.store.state.handled.includes(id)) return Promise.resolve()
    const underWay = this.#underWay.get(id)
    if (underWay) return underWay
    const work = this.#act(id, event)
      .then(() => this.#remember(id))
      .finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, work)
    return work
  }

  async #act(id: string, event: WebhookEvent): Promise<void> {
    if (event.type === 'NEW_MESSAGE') return this.#newMessage(id, event)
    if (event.type === 'USER_ACCESS_REVOCATION') {
      await this.#deps.grants.forgetUser(event.user_access_revocation.user_id)
    }
  }

  async #newMessage(id: string, { new_message: message }: NewMessageEvent): Promise<void> {
    const { conversation, sender, text = '' } = message
    // Our own messages come back too, as sender type BOT; answering them would never end.
    if (sender.side !== 'BUYER' || sender.type !== 'HUMAN' || conversation.post_token === undefined) return
    const asked = this.#deps.planner.plan(conversation.id) === undefined || text.includes('بازدید')
    if (!asked) return
    const key = createHash('sha256').update(id).digest('hex')
    await this.#deps.planner.offer({
      conversationId: conversation.id,
      postToken: conversation.post_token,
      key,
    })
  }

  #remember(id: string): Promise<void> {
    return this.#deps.store.change((state) => {
      state.handled = [...state.handled, id].slice(-REMEMBERED)
    })
  }
}
