import type { MessageContent } from '@charsu/protocol/events'
import { checkText } from '@charsu/protocol/message-input'
import { quoted } from '@charsu/protocol/text-length'
import { BedError } from './bed-error.ts'
import { Browser, type Visit } from './browser.ts'
import { type BedClick, carryOut, type DoneClick, keep } from './click.ts'
import { openSession } from './click-app.ts'
import { placeOfMessage, placeOfNotice, placeOfTouchpoint, type Touchpoint } from './click-place.ts'
import { sendMessage } from './conversations.ts'
import type { Core } from './core.ts'
import { findButton } from './find-button.ts'
import { endConsent } from './new-platform.ts'
import {
  type SeenMessage,
  type SeenNotice,
  type ShownButton,
  seenMessage,
  seenNotice,
  shownButtons,
} from './seen.ts'
import type { Conversation, User } from './world.ts'

/** What a person sends besides texts, in the form of events (wire contract §5). */
export type OtherContent = Exclude<MessageContent, { text: string }>

/**
 * A person of the marketplace, with one chat open. Each step settles when the app has answered all that follows from
 * it, and rejects when the app answered badly, or when no person could take it.
 */
export class Person {
  /** As others see it, and as messages of the bed say it. */
  readonly name: string
  /** By which the app knows the person. */
  readonly id: string
  /** What the app showed for a moment, in order. */
  readonly toasts: string[] = []
  /** Pages that opened, in order. */
  readonly opened: string[] = []
  /** What the marketplace said when a click failed, in order. */
  readonly warnings: string[] = []
  readonly #core: Core
  readonly #user: User
  readonly #browser: Browser
  #chat: Conversation | undefined

  /** @internal Made by `bed.person()` and `bed.conversation()`. */
  constructor(core: Core, user: User) {
    this.#core = core
    this.#user = user
    this.#browser = new Browser(core, user)
    this.name = user.name
    this.id = user.id
  }

  /** The messages of the open chat, the oldest first. */
  get sees(): SeenMessage[] {
    return this.#openChat().messages.map((message) => seenMessage(message, this.id, this.#core.known.name))
  }

  /** The inbox, the oldest first. */
  get notices(): SeenNotice[] {
    return this.#ownNotices().map((notice) => seenNotice(notice, this.#core.known.name))
  }

  /** Looks at another chat: what `bed.conversation()` gave, or its id. */
  opens(chat: { id: string } | string): this {
    const id = typeof chat === 'string' ? chat : chat.id
    const conversation = this.#core.world.conversations.get(id.toLowerCase())
    if (!conversation || ![conversation.supplierId, conversation.demandId].includes(this.id)) {
      throw new BedError(`${this.name} has no chat ${id}: take what bed.conversation() gave`)
    }
    this.#chat = conversation
    return this
  }

  /** Opens the chat with the app's chatbot. */
  chatsWithApp(): this {
    this.#chat = this.#core.world.openChatbot(this.id)
    return this
  }

  /** Writes into the open chat. */
  says(text: string): Promise<void> {
    return this.#core.steps.take(`${this.name} says ${quoted(text)}`, () => {
      checkText(text, 'text', (_field, description) => {
        throw new BedError(`${this.name} cannot say ${quoted(text)}: the text ${description}`)
      })
      return this.#send({ text })
    })
  }

  /** Sends a picture, a file, a place or a contact: `sends({ location_data: { latitude: 35.7, longitude: 51.4 } })`. */
  sends(content: OtherContent): Promise<void> {
    return this.#core.steps.take(`${this.name} sends ${Object.keys(content).join()}`, () =>
      this.#send(content),
    )
  }

  #send(content: MessageContent): { value: undefined } {
    sendMessage(this.#core, { conversationId: this.#openChat().id, senderId: this.id, byApp: false, content })
    return { value: undefined }
  }

  /**
   * Taps a button of the open chat, the newest of this caption, or of a notice. `under` chooses by the text above it.
   * @throws BedError when this person sees no such button; AppAnswerError when the app answers badly.
   */
  taps(caption: string, where: { under?: string } = {}): Promise<BedClick> {
    return this.#core.steps.take(`${this.name} taps ${quoted(caption)}`, async () => {
      const buttons = shownButtons(this.id, this.#chat, this.#ownNotices())
      const button = findButton(this.name, buttons, { caption, under: where.under })
      const key = `${this.id} ${button.key}`
      const { underWay } = this.#core
      const done = (underWay.get(key) as Promise<DoneClick> | undefined) ?? this.#tap(button)
      underWay.set(key, done)
      try {
        return this.#shown(await done, button.caption)
      } finally {
        underWay.delete(key)
      }
    })
  }

  async #tap(button: ShownButton): Promise<DoneClick> {
    const { world, known } = this.#core
    const { from, caption, action } = button
    const { charsuUrl } = known.settings
    const place =
      'notice' in from
        ? placeOfNotice(charsuUrl, world, from.notice)
        : placeOfMessage(charsuUrl, from.conversation, this.id)
    return carryOut(this.#core, { user: this.#user, caption, action, place })
  }

  #shown({ click, failure }: DoneClick, caption: string) {
    if (click.opened !== undefined) this.opened.push(click.opened)
    if (click.toast !== undefined) this.toasts.push(click.toast)
    if (click.message !== undefined) this.warnings.push(click.message)
    if (!failure) return { value: click }
    const { reason, detail, answer, error } = failure
    const asked = `${click.action} of the button ${quoted(caption)}`
    return { value: click, troubles: [{ asked, reason, detail, answer, error }] }
  }

  /**
   * Opens the app's chatbot from a place of the marketplace's pages (wire contract §11): its first message tells the app
   * where, such as `/start MY_POST flat`.
   * @param about a post token at MY_POST and DEMAND_POST, a conversation's id at CHAT.
   */
  startsFrom(touchpoint: Touchpoint, about?: string): Promise<void> {
    return this.#core.steps.take(`${this.name} starts the chatbot from ${touchpoint}`, () => {
      this.#placeAt(touchpoint, about)
      this.chatsWithApp()
      return this.#send({
        text: about === undefined ? `/start ${touchpoint}` : `/start ${touchpoint} ${about}`,
      })
    })
  }

  /** Opens the app from a place of the marketplace's pages, which asks it for a page by session initialization. */
  opensAppFrom(touchpoint: Touchpoint, about?: string): Promise<BedClick> {
    return this.#core.steps.take(`${this.name} opens the app from ${touchpoint}`, async () => {
      const place = this.#placeAt(touchpoint, about)
      const { world } = this.#core
      const facts = { ...place, userId: this.id, data: {} }
      const at = world.now()
      const step = await openSession(this.#core, { clickId: world.ids.uuid(), facts, deadlineMs: 5_000 })
      const action = 'open_server_link'
      return this.#shown(
        keep(this.#core, { at, user: this.#user, caption: touchpoint, action, step }),
        touchpoint,
      )
    })
  }

  #placeAt(touchpoint: Touchpoint, about: string | undefined) {
    const { world, known } = this.#core
    const deps = { world, charsuUrl: known.settings.charsuUrl }
    const place = placeOfTouchpoint(deps, this.#user, { touchpoint, about })
    if ('source' in place) return place
    const { reason = '', detail = '' } = place.failure ?? {}
    throw new BedError(`the app does not open at ${touchpoint} for ${this.name} (${reason}): ${detail}`)
  }

  /** Opens a page of the app in this person's browser, and follows where it leads. Stops at a consent page. */
  visits(url: string): Promise<Visit> {
    return this.#core.steps.take(`${this.name} visits ${url}`, async () => {
      const { question: _question, ...visit } = await this.#browser.open(url)
      return { value: visit }
    })
  }

  /**
   * Opens the app's connect page, allows all it asks for, and follows the way back to the app.
   * @returns the page of the app where that ended.
   * @throws BedError when the way leads to no consent page, such as for a scope that is not this person's to give.
   */
  connects(url: string): Promise<Visit> {
    return this.#answers(url, 'allow')
  }

  /** The same, but allows nothing. */
  denies(url: string): Promise<Visit> {
    return this.#answers(url, 'deny')
  }

  #answers(url: string, decision: 'allow' | 'deny'): Promise<Visit> {
    return this.#core.steps.take(
      `${this.name} ${decision === 'allow' ? 'connects' : 'denies'} ${url}`,
      async () => {
        const { question, ...page } = await this.#browser.open(url)
        if (!question) throw noConsentPage(this.name, url, page)
        return { value: { ...(await this.#browser.open(question[decision]())), asks: question.scopes } }
      },
    )
  }

  /** Takes everything back that this person has allowed the app. */
  revokes(): Promise<void> {
    return this.#core.steps.take(`${this.name} revokes the consent`, () => {
      const { world } = this.#core
      const consent = world.consents.find((each) => each.userId === this.id && !each.isRevoked)
      if (!consent) throw new BedError(`${this.name} has allowed the app nothing that could be taken back`)
      endConsent(this.#core, consent)
      return { value: undefined }
    })
  }

  /** Wants to hear nothing more of the other side of the open chat: sends into it are refused with 412. */
  blocks(): void {
    this.#core.world.blocks.add(this.#blockKey())
  }

  unblocks(): void {
    this.#core.world.blocks.delete(this.#blockKey())
  }

  #blockKey(): string {
    const { type, supplierId, demandId } = this.#openChat()
    if (type === 'BOT') return `${this.id} app`
    return `${this.id} ${this.id === supplierId ? demandId : supplierId}`
  }

  #openChat(): Conversation {
    if (this.#chat) return this.#chat
    throw new BedError(
      `${this.name} has no chat open: begin with "const { seller, buyer } = await bed.conversation()", or with ${this.name}.chatsWithApp()`,
    )
  }

  #ownNotices() {
    return this.#core.world.notices.filter(({ userId }) => userId === this.id)
  }
}

function noConsentPage(name: string, url: string, { url: end, status, text }: Visit): BedError {
  const error = URL.canParse(end) ? new URL(end).searchParams : new URLSearchParams()
  const why = error.get('error_description')
  const told = why === null ? text.slice(0, 300) : `${error.get('error')}: ${why}`
  return new BedError(
    `${name} was not asked for consent at ${url}: the way ended at ${end} with ${status}. ${told}\nGive what connectUrl() of your app returns, with scopes that are ${name}'s to give.`,
  )
}
