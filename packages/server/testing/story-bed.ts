import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Story } from '../src/development/story-answer.ts'
import {
  type AppAnswer,
  type AppCallReceived,
  type ClickedAppServer,
  startClickedApp,
} from './clicked-app.ts'
import * as fixture from './marketplace-fixture.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { waitFor } from './wait-for.ts'

/** What an app of a test says to a call, after whatever it does because of it. */
export type Handle = (
  call: AppCallReceived,
  app: StoryApp,
) => AppAnswer | 'hang' | Promise<AppAnswer | 'hang'>

/** A real app over HTTP that hears of every message of the seller's conversations and may speak in them. */
export interface StoryApp {
  slug: string
  fixture: fixture.AppFixture
  server: ClickedAppServer
  accessToken: string
  /** A call of the public API with its key and token. With `call`, it passes the trace of that call on. */
  api(method: string, path: string, options?: { body?: object; call?: AppCallReceived }): Promise<Response>
  /** Sends a message into the seller's conversation and returns its id. */
  say(text: string, options?: { more?: object; call?: AppCallReceived }): Promise<string>
}

/** The text of the message that an event tells of; absent for anything else. */
export const textOf = ({ body }: AppCallReceived): string | undefined => {
  const event = body as Record<'new_message' | 'new_chatbot_message', { text?: string } | undefined>
  return (event.new_message ?? event.new_chatbot_message)?.text
}

/** A development node for one test file, and for each test a seller, a buyer and their conversation. */
export function useStoryBed() {
  let node: TestServer
  let seller: fixture.UserFixture
  let buyer: fixture.UserFixture
  let conversationId: string
  const apps: ClickedAppServer[] = []

  beforeAll(async () => {
    node = await startTestServer()
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    seller = await fixture.addUser(node.db)
    buyer = await fixture.addUser(node.db)
    const post = await fixture.addPost(node.db, seller.id)
    conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  })
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()))
  })

  async function asPerson(person: fixture.UserFixture, path: string, body: object): Promise<Response> {
    return await fetch(`${node.url}/me/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: person.cookie, origin: node.url },
      body: JSON.stringify(body),
    })
  }

  const fetchStory = (messageId: string): Promise<Response> =>
    fetch(`${node.url}/dev/v1/messages/${messageId}/story`)

  async function story(messageId: string): Promise<Story> {
    const answer = await fetchStory(messageId)
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    return JSON.parse(text) as Story
  }

  return {
    get node() {
      return node
    },
    get seller() {
      return seller
    },
    get buyer() {
      return buyer
    },
    get conversationId() {
      return conversationId
    },
    asPerson,
    /** A message of the buyer's; its id. */
    async write(text: string, into: string = conversationId): Promise<string> {
      const answer = await asPerson(buyer, `/conversations/${into}/messages`, { text })
      const said = await answer.text()
      expect(answer.status, said).toBe(200)
      return (JSON.parse(said) as { id: string }).id
    },
    async click(person: fixture.UserFixture, messageId: string, column = 0): Promise<Response> {
      const path = `/conversations/${conversationId}/messages/${messageId}/click`
      return await asPerson(person, path, { row: 0, column })
    },
    async addApp(handle: Handle, { chatbot = false } = {}): Promise<StoryApp> {
      const server = await startClickedApp((call) => handle(call, app))
      apps.push(server)
      const urls = {
        eventsUrl: `${server.url}/events`,
        sessionInitializationUrl: `${server.url}/sessions`,
        dynamicActionUrl: `${server.url}/actions`,
      }
      const added = await fixture.addApp(node.db, seller.id, urls)
      const scopes = [`CONVERSATION_SEND_MESSAGE.${conversationId}`, 'SEND_EVENT']
      const { grantId, accessToken } = await fixture.addGrant(node.db, added.id, seller.id, scopes)
      if (!chatbot) await fixture.addSubscription(node.db, added, seller.id, grantId)
      const api: StoryApp['api'] = (method, path, { body, call } = {}) =>
        fetch(node.url + path, {
          method,
          headers: {
            'x-api-key': added.key,
            'x-access-token': accessToken,
            ...(body && { 'content-type': 'application/json' }),
            ...(call?.headers.traceparent && { traceparent: call.headers.traceparent }),
          },
          ...(body && { body: JSON.stringify(body) }),
        })
      const app: StoryApp = {
        slug: added.slug,
        fixture: added,
        server,
        accessToken,
        api,
        async say(text, { more = {}, call } = {}) {
          const path = `/v2/open-platform/conversations/${conversationId}/messages`
          const answer = await api('POST', path, { body: { message: text, ...more }, ...(call && { call }) })
          const said = await answer.text()
          expect(answer.status, said).toBe(200)
          return (JSON.parse(said) as { message_id: string }).message_id
        },
      }
      return app
    },
    fetchStory,
    story,
    /** The story, once it has come so far. */
    storyOnce(messageId: string, isThere: (story: Story) => unknown): Promise<Story> {
      return waitFor(async () => {
        const told = await story(messageId)
        return isThere(told) ? told : null
      })
    },
  }
}
