import type { ClickResult } from '../src/actions/click-result.ts'
import { createDatabase } from '../src/db/database.ts'
import { openDevelopmentMarketplace } from '../src/host/development-marketplace.ts'
import { DEVELOPMENT_CONVERSATION } from '../src/marketplace/seed-development.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

export interface SeenButton {
  caption: string
  action: object
}

export interface SeenMessage {
  id: string
  mine: boolean
  text?: string
  app?: { slug: string }
  buttons?: { rows: { buttons: SeenButton[] }[] }
}

export interface PageSeen {
  status: number
  text: string
  location: string
}

export const CONVERSATION = DEVELOPMENT_CONVERSATION.id

/** A development marketplace with its people and posts, of a node that sees to the bundled app. */
export async function startDemoBot(options: TestServerOptions = {}): Promise<TestServer> {
  const { database } = options
  const own: TestDatabase = database ?? (await createTestDatabase())
  await openDevelopmentMarketplace(createDatabase(own.pool))
  const node = await startTestServer({
    ...options,
    database: own,
    deps: { demoBot: true, ...options.deps },
  })
  const close = async (): Promise<void> => {
    await node.close()
    if (!database) await own.drop()
  }
  return { ...node, close, [Symbol.asyncDispose]: close }
}

/** A person of the development marketplace, by the API of the pages. */
export class PersonHere {
  readonly #url: string
  readonly #cookie: string

  private constructor(url: string, cookie: string) {
    this.#url = url
    this.#cookie = cookie
  }

  static async logIn(url: string, hostId: string): Promise<PersonHere> {
    const answer = await fetch(`${url}/dev/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: hostId }),
      redirect: 'manual',
    })
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0]
    if (!cookie) throw new Error(`${hostId} could not log in: ${answer.status} ${await answer.text()}`)
    return new PersonHere(url, cookie)
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.#url}/me/v1${path}`, {
      method,
      headers: { cookie: this.#cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** A page in this person's browser, without what it leads on to. */
  opens(path: string): Promise<PageSeen> {
    return this.#page(path, {})
  }

  submits(path: string, form: Readonly<Record<string, string>>): Promise<PageSeen> {
    return this.#page(path, { method: 'POST', body: new URLSearchParams(form) })
  }

  async #page(path: string, init: RequestInit): Promise<PageSeen> {
    const headers = { cookie: this.#cookie, origin: this.#url }
    const answer = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' })
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get('location') ?? '',
    }
  }

  /** Of a conversation, the oldest first. */
  async sees(conversationId: string = CONVERSATION): Promise<SeenMessage[]> {
    const { messages } = await this.call<{ messages: SeenMessage[] }>(
      'GET',
      `/conversations/${conversationId}/messages`,
    )
    return messages
  }

  says(text: string, conversationId: string = CONVERSATION): Promise<SeenMessage> {
    return this.call('POST', `/conversations/${conversationId}/messages`, { text })
  }

  clicks(messageId: string, row: number, conversationId: string = CONVERSATION): Promise<ClickResult> {
    return this.call('POST', `/conversations/${conversationId}/messages/${messageId}/click`, {
      row,
      column: 0,
    })
  }
}
