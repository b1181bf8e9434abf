import type { Locator, Page } from 'playwright-core'
import { chatWords } from '../../packages/web/src/chat/words.ts'

export type Locale = 'fa' | 'en'

/** A conversation in a browser, used as a person uses it: by what it says. */
export class ChatPage {
  readonly page: Page
  readonly words: (typeof chatWords)['fa']

  constructor(page: Page, locale: Locale = 'fa') {
    this.page = page
    this.words = chatWords[locale]
  }

  async open(conversationId: string, base = ''): Promise<this> {
    await this.page.goto(`${base}/chat/${conversationId}`)
    await this.composer.waitFor()
    return this
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: this.words.composer.label })
  }

  /** The message with this text, its buttons with it. */
  message(text: string | RegExp): Locator {
    return this.page.getByRole('article').filter({ hasText: text })
  }

  button(caption: string): Locator {
    return this.page.getByRole('article').getByRole('button', { name: caption })
  }

  /** Another side's line in the list of conversations. */
  inList(name: string): Locator {
    return this.page.getByRole('navigation').getByRole('link').filter({ hasText: name })
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.page.getByRole('button', { name: this.words.composer.send, exact: true }).click()
  }

  /** Texts of all messages in view, from the top down. */
  texts(): Promise<string[]> {
    return this.page.getByRole('article').allInnerTexts()
  }
}
