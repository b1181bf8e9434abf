import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { openChatbot } from '../conversations/open-chatbot.ts'
import { writePageTemplates } from '../marketplace/page-templates.ts'

let node: TestServer
let user: fixture.UserFixture
let app: fixture.AppFixture
let conversationId: string

beforeAll(async () => {
  node = await startTestServer({ config: { dispatcher: false } })
})
beforeEach(async () => {
  user = await fixture.addUser(node.db)
  await node.db.updateTable('users').set({ locale: 'en' }).where('id', '=', user.id).execute()
  app = await fixture.addApp(node.db, user.id)
  conversationId = (await openChatbot(node.db, { appId: app.id, userId: user.id })).id
  await writePageTemplates(node.db, {})
})
afterAll(() => node.close())

interface Page {
  status: number
  text: string
  location: string | null
}

async function visit(path: string, who: fixture.UserFixture | null = user, headers = {}): Promise<Page> {
  const answer = await fetch(`${node.url}${path}`, {
    headers: { ...(who && { cookie: who.cookie }), ...headers },
    redirect: 'manual',
  })
  return { status: answer.status, text: await answer.text(), location: answer.headers.get('location') }
}

describe('§9 /chat/addon_{slug}', () => {
  test('opens the chatbot and goes to its conversation, the same one each time', async () => {
    for (let i = 0; i < 2; i++) {
      const { status, location } = await visit(`/chat/addon_${app.slug}`)
      expect([status, location]).toEqual([302, `/chat/${conversationId}`])
    }
    const fresh = await fixture.addUser(node.db)
    const { location } = await visit(`/chat/addon_${app.slug}`, fresh)
    const rows = await node.db
      .selectFrom('conversations')
      .select('id')
      .where('demand_id', '=', fresh.id)
      .execute()
    expect(location).toBe(`/chat/${rows[0]?.id}`)
  })

  test('goes to the host’s own chat page where it has named one', async () => {
    await writePageTemplates(node.db, { chat_url: 'https://host.example/chat?c={conversation_id}' })
    expect((await visit(`/chat/addon_${app.slug}`)).location).toBe(
      `https://host.example/chat?c=${conversationId}`,
    )
  })

  test('strangers log in at the host and come back', async () => {
    await writePageTemplates(node.db, { login_url: 'https://host.example/login?next={return_to}' })
    const path = `/chat/addon_${app.slug}`
    const { status, location } = await visit(path, null)
    expect([status, location]).toEqual([302, `https://host.example/login?next=${encodeURIComponent(path)}`])
  })

  test('strangers are sent nowhere for what can be no chatbot', async () => {
    const long = encodeURIComponent('ب'.repeat(1500))
    expect(await visit(`/chat/addon_${long}`, null)).toMatchObject({ status: 404, location: null })
  })

  test('a chatbot that is not there, or may not chat, is a page that says so', async () => {
    const shutOut = await fixture.addApp(node.db, user.id, { development: false })
    for (const slug of ['nobody', shutOut.slug, '%3Cscript%3E']) {
      const { status, text } = await visit(`/chat/addon_${slug}`)
      expect([status, text.includes('There is no such chatbot')]).toEqual([404, true])
      expect(text).not.toContain('<script>')
    }
  })

  test('where nobody can log in yet, the page says what the operator has to do', async () => {
    const production = await startTestServer({
      database: node.database,
      config: { dispatcher: false, mode: 'production', publicUrl: 'https://chat.example' },
    })
    const answer = await fetch(`${production.url}/chat/addon_${app.slug}`, { redirect: 'manual' })
    expect([answer.status, (await answer.text()).includes('login_url')]).toEqual([503, true])
    await production.close()
  })
})
