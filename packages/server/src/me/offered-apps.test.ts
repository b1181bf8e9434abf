import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const EVENTS_URL = 'http://127.0.0.1:9/events'

let node: TestServer
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let developer: fixture.UserFixture

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
afterAll(() => node.close())
beforeEach(async () => {
  await node.db.deleteFrom('apps').execute()
  seller = await fixture.addUser(node.db)
  buyer = await fixture.addUser(node.db)
  developer = await fixture.addUser(node.db)
})

async function get(who: fixture.UserFixture, path: string) {
  const answer = await fetch(`${node.url}/me/v1${path}`, { headers: { cookie: who.cookie } })
  return { status: answer.status, body: (await answer.json()) as Record<string, Record<string, unknown>[]> }
}
const post = (who: fixture.UserFixture, path: string) =>
  fetch(`${node.url}${path}`, { method: 'POST', headers: { cookie: who.cookie } })

const describeApp = (app: fixture.AppFixture, values: Record<string, unknown>) =>
  node.db.updateTable('apps').set(values).where('id', '=', app.id).execute()

describe('the apps menu of a conversation', () => {
  let conversationId: string
  beforeEach(async () => {
    const about = await fixture.addPost(node.db, seller.id)
    conversationId = await fixture.addConversation(node.db, about, seller.id, buyer.id)
  })
  const offer = async (values: Parameters<typeof fixture.addApp>[2] = {}) => {
    const app = await fixture.addApp(node.db, developer.id, {
      sessionInitializationUrl: 'http://127.0.0.1:9/session',
      ...values,
    })
    await node.db
      .insertInto('app_touchpoints')
      .values({
        app_id: app.id,
        touchpoint: 'CHAT',
        operation: 'LOAD_WEBVIEW_SERVER_LINK',
        fallback_url: null,
      })
      .execute()
    return app
  }
  const menu = (who: fixture.UserFixture, id = conversationId) => get(who, `/conversations/${id}/apps`)

  test('is empty where nothing is offered', async () => {
    await fixture.addApp(node.db, developer.id)
    expect((await menu(buyer)).body).toEqual({ apps: [] })
  })

  test('names each app with the path that opens it here, for both sides', async () => {
    const app = await offer()
    await describeApp(app, {
      display_name: 'تقویم',
      description: 'Visits',
      avatar_url: 'https://a.example/i.png',
    })
    const view = {
      slug: app.slug,
      display_name: 'تقویم',
      description: 'Visits',
      avatar_url: 'https://a.example/i.png',
      open_url: `/open/${app.slug}?touchpoint=CHAT&conversation_id=${conversationId}`,
    }
    for (const who of [buyer, seller]) expect((await menu(who)).body).toEqual({ apps: [view] })
    // The path leads to the app, which is down here: the page says so.
    const opened = await fetch(`${node.url}${view.open_url}`, { headers: { cookie: buyer.cookie } })
    expect(opened.headers.get('content-type')).toContain('text/html')
    expect(await opened.text()).toContain('تقویم')
  })

  test('is nobody else’s to see, and empty for the blacklisted and in a chatbot’s conversation', async () => {
    const app = await offer()
    expect((await menu(developer)).status).toBe(404)
    expect((await menu(buyer, 'none')).status).toBe(404)
    const bot = (await (await post(buyer, `/me/v1/chatbots/${app.slug}`)).json()) as { id: string }
    expect((await menu(buyer, bot.id)).body).toEqual({ apps: [] })
    await node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', buyer.id).execute()
    const banned = await fixture.addUser(node.db, { blacklisted: true })
    const about = await fixture.addPost(node.db, seller.id)
    const theirs = await fixture.addConversation(node.db, about, seller.id, banned.id)
    expect((await menu(banned, theirs)).body).toEqual({ apps: [] })
  })
})

describe('the chatbots that one can talk to', () => {
  const addChatbot = async (
    displayName: string,
    { approved = false, development = true, eventsUrl = EVENTS_URL as string | null } = {},
  ) => {
    const app = await fixture.addApp(node.db, developer.id, {
      development,
      ...(eventsUrl !== null && { eventsUrl }),
    })
    await describeApp(app, { display_name: displayName })
    await node.db
      .insertInto('app_permissions')
      .values({ app_id: app.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: approved ? new Date() : null })
      .execute()
    return app
  }
  const names = async (who: fixture.UserFixture, url = node.url) => {
    const answer = await fetch(`${url}/me/v1/chatbots`, { headers: { cookie: who.cookie } })
    const { chatbots } = (await answer.json()) as { chatbots: { display_name: string }[] }
    return chatbots.map((each) => each.display_name)
  }

  test('are those that want to, hear what is said, and may, by name', async () => {
    await addChatbot('b approved', { approved: true, development: false })
    await addChatbot('A in development')
    await addChatbot('not approved', { development: false })
    await addChatbot('deaf', { eventsUrl: null })
    await fixture.addApp(node.db, developer.id, { eventsUrl: EVENTS_URL })
    expect(await names(buyer)).toEqual(['A in development', 'b approved'])
  })

  test('say whether there is a conversation already, and whether I have blocked it', async () => {
    const app = await addChatbot('weather')
    const chatbot = async () => (await get(buyer, '/chatbots')).body.chatbots?.[0]
    const view = { slug: app.slug, display_name: 'weather', description: '', avatar_url: null }
    expect(await chatbot()).toEqual({ ...view, conversation_id: null, blocked: false })
    const { id } = (await (await post(buyer, `/me/v1/chatbots/${app.slug}`)).json()) as { id: string }
    await node.db.insertInto('app_blocks').values({ user_id: buyer.id, app_id: app.id }).execute()
    expect(await chatbot()).toEqual({ ...view, conversation_id: id, blocked: true })
    expect((await get(seller, '/chatbots')).body.chatbots?.[0]).toEqual({
      ...view,
      conversation_id: null,
      blocked: false,
    })
  })

  test('in production include an app in development for its developer alone', async () => {
    await addChatbot('in development')
    const production = await startTestServer({
      database: node.database,
      config: { mode: 'production', dispatcher: false },
    })
    try {
      expect(await names(developer, production.url)).toEqual(['in development'])
      expect(await names(buyer, production.url)).toEqual([])
    } finally {
      await production.close()
    }
  })
})
