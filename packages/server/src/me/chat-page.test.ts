import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startClickedApp } from '../../testing/clicked-app.ts'
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
  headers: Headers
}

async function visit(path: string, who: fixture.UserFixture | null = user, headers = {}): Promise<Page> {
  const answer = await fetch(`${node.url}${path}`, {
    headers: { ...(who && { cookie: who.cookie }), ...headers },
    redirect: 'manual',
  })
  return {
    status: answer.status,
    text: await answer.text(),
    location: answer.headers.get('location'),
    headers: answer.headers,
  }
}

async function submit(path: string, form: Record<string, string>, headers = {}): Promise<Page> {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { cookie: user.cookie, origin: node.url, 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams(form),
    redirect: 'manual',
  })
  return {
    status: answer.status,
    text: await answer.text(),
    location: answer.headers.get('location'),
    headers: answer.headers,
  }
}

async function say(body: object): Promise<void> {
  const answer = await fetch(
    `${node.url}/v1/open-platform/chat/bot/conversations/${conversationId}/messages`,
    {
      method: 'POST',
      headers: { 'x-api-key': app.key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  )
  expect(answer.status).toBe(200)
}

const textsIn = async (id = conversationId): Promise<unknown[]> => {
  const rows = await node.db
    .selectFrom('messages')
    .select('body')
    .where('conversation_id', '=', id)
    .orderBy('sequence')
    .execute()
  return rows.map(({ body }) => (body as { text: string }).text)
}

const hidden = (page: Page, name: string): string =>
  page.text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? ''

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
    for (const path of [`/chat/addon_${app.slug}`, `/chat/${conversationId}`]) {
      const { status, location } = await visit(path, null)
      expect([status, location]).toEqual([302, `https://host.example/login?next=${encodeURIComponent(path)}`])
    }
  })

  test('strangers are sent nowhere for what can be neither chatbot nor conversation', async () => {
    const long = encodeURIComponent('ب'.repeat(1500))
    for (const path of [`/chat/addon_${long}`, `/chat/${long}`, '/chat/nothing']) {
      expect(await visit(path, null)).toMatchObject({ status: 404, location: null })
    }
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

describe('§9 /chat/{conversation_id}', () => {
  test('shows what was said, in the language and direction of its reader, without script', async () => {
    await say({ text_message: 'خوش آمدید' })
    await submit(`/chat/${conversationId}`, { text: 'first line\r\nsecond' })
    const page = await visit(`/chat/${conversationId}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('<html lang="en" dir="ltr">')
    for (const part of ['خوش آمدید', 'first line\nsecond', `App ${app.slug}`, 'You']) {
      expect(page.text).toContain(part)
    }
    expect(page.text).not.toMatch(/<script/i)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cache-control')).toBe('no-store')
    await node.db.updateTable('users').set({ locale: 'fa' }).where('id', '=', user.id).execute()
    const other = await startTestServer({ database: node.database, config: { dispatcher: false } })
    const answer = await fetch(`${other.url}/chat/${conversationId}`, { headers: { cookie: user.cookie } })
    expect(await answer.text()).toContain('<html lang="fa" dir="rtl">')
    await other.close()
  })

  test('nothing that anybody wrote becomes markup, or reorders the page around it', async () => {
    const hostile = '</div><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202e'
    await node.db.updateTable('apps').set({ display_name: hostile }).where('id', '=', app.id).execute()
    await say({
      text_message: hostile,
      buttons: {
        rows: [{ buttons: [{ caption: hostile, action: { open_direct_link: 'https://a.example/"><b>' } }] }],
      },
    })
    const contact = { name: hostile, phone: '09121234567' }
    await fetch(`${node.url}/me/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { cookie: user.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ contact }),
    })
    const { text } = await visit(`/chat/${conversationId}`)
    expect(text).not.toMatch(/<script|<img src=x|"><b>/)
    const escaped =
      '&lt;/div&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\u202e'
    const places = text.split(escaped)
    // The title above, the name beside the message, its text, the caption, the contact: all but the text in <bdi>, and
    // the text in a block of its own.
    expect(places).toHaveLength(6)
    for (const before of places.slice(0, -1)) expect(before).toMatch(/(<bdi>|<div class="said" dir="auto">)$/)
  })

  test('a conversation about a post too: the app is named beside the person it wrote for', async () => {
    const seller = await fixture.addUser(node.db, { name: 'Sara' })
    const post = await fixture.addPost(node.db, seller.id, { title: 'Bicycle' })
    const id = await fixture.addConversation(node.db, post, seller.id, user.id)
    await node.db.updateTable('apps').set({ display_name: 'Sara' }).where('id', '=', app.id).execute()
    const { accessToken } = await fixture.addGrant(node.db, app.id, seller.id, [
      `CONVERSATION_SEND_MESSAGE.${id}`,
    ])
    const caption = (text: string) => ({
      rows: [{ buttons: [{ caption: text, action: { open_direct_link: 'https://a.example/' } }] }],
    })
    await fetch(`${node.url}/v2/open-platform/conversations/${id}/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': app.key,
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        message: 'offer',
        sender_buttons: caption('for the seller'),
        receiver_buttons: caption('for the buyer'),
      }),
    })
    const { text } = await visit(`/chat/${id}`)
    expect(text).toContain('<bdi>Sara</bdi> · <bdi>Sara</bdi> ·')
    expect(text).toContain('Bicycle')
    expect(text).toContain('for the buyer')
    expect(text).not.toContain('for the seller')
    expect((await visit(`/chat/${id}`, seller)).text).toContain('for the seller')
  })

  test('nobody else’s, and nothing that is none', async () => {
    const stranger = await fixture.addUser(node.db)
    expect((await visit(`/chat/${conversationId}`, stranger)).status).toBe(404)
    for (const id of [crypto.randomUUID(), 'x', '%2e%2e%2fme', `${conversationId}x`]) {
      expect((await visit(`/chat/${id}`)).status).toBe(404)
    }
    const { status } = await submit(`/chat/${conversationId}`, { text: 'x' }, { cookie: stranger.cookie })
    expect(status).toBe(404)
    expect(await textsIn()).toEqual([])
  })

  test('is read then; older messages are a page away', async () => {
    for (let i = 1; i <= 60; i++) await say({ text_message: `m${i}.` })
    const latest = await visit(`/chat/${conversationId}`)
    expect([latest.text.includes('m11.'), latest.text.includes('m10.')]).toEqual([true, false])
    const read = () =>
      node.db.selectFrom('conversation_reads').select('read_sequence').where('user_id', '=', user.id)
    expect(await read().execute()).toEqual([{ read_sequence: 60 }])
    const older = await visit(latest.text.match(/href="([^"]*before=[^"]*)"/)?.[1] ?? '')
    expect([older.text.includes('m10.'), older.text.includes('m11.')]).toEqual([true, false])
    expect((await visit(`/chat/${conversationId}?before=junk&x={}`)).status).toBe(200)
  })

  test('what a browser fetches ahead counts as unread', async () => {
    await say({ text_message: 'x' })
    await visit(`/chat/${conversationId}`, user, { 'sec-purpose': 'prefetch' })
    expect(
      await node.db
        .selectFrom('conversation_reads')
        .select('user_id')
        .where('user_id', '=', user.id)
        .execute(),
    ).toEqual([])
  })
})

describe('§9 writing and pressing buttons on the page', () => {
  test('a text is sent once, however often the button is pressed, and the page comes again', async () => {
    const key = hidden(await visit(`/chat/${conversationId}`), 'key')
    const form = { text: 'سلام', key }
    const both = await Promise.all([
      submit(`/chat/${conversationId}`, form),
      submit(`/chat/${conversationId}`, form),
    ])
    expect(both.map(({ status, location }) => [status, location])).toEqual(
      Array(2).fill([302, `/chat/${conversationId}#write`]),
    )
    await submit(`/chat/${conversationId}`, { ...form, text: 'another' })
    expect(await textsIn()).toEqual(['سلام', 'another'])
  })

  test.each([
    ['nothing', { text: ' \r\n ' }],
    ['4097 characters', { text: 'x'.repeat(4097) }],
  ])('%s is refused on a page', async (_, form) => {
    const { status, text } = await submit(`/chat/${conversationId}`, form)
    expect([status, text.startsWith('<!doctype html>')]).toEqual([400, true])
    expect(await textsIn()).toEqual([])
  })

  test.each([{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
    'another site’s page cannot write: %o',
    async (headers) => {
      expect((await submit(`/chat/${conversationId}`, { text: 'x' }, headers)).status).toBe(403)
      expect((await submit(`/chat/${conversationId}/click`, {}, headers)).status).toBe(403)
      expect(await textsIn()).toEqual([])
    },
  )

  test('who blocked the other side finds no form, and the way in is shut too', async () => {
    await node.db.insertInto('app_blocks').values({ user_id: user.id, app_id: app.id }).execute()
    const { text } = await visit(`/chat/${conversationId}`)
    expect([text.includes('<textarea'), text.includes('You have blocked')]).toEqual([false, true])
    expect((await submit(`/chat/${conversationId}`, { text: 'x' })).status).toBe(412)
  })

  async function press(action: object): Promise<Page> {
    await say({ text_message: 'x', buttons: { rows: [{ buttons: [{ caption: 'go', action }] }] } })
    const page = await visit(`/chat/${conversationId}`)
    const form = {
      message_id: hidden(page, 'message_id'),
      row: hidden(page, 'row'),
      column: hidden(page, 'column'),
    }
    return submit(`/chat/${conversationId}/click`, form)
  }

  test('a button that opens a page leads there, whatever letters its address has', async () => {
    const { status, location } = await press({ open_direct_link: 'https://a.example/سلام?q=1' })
    expect([status, location]).toEqual([302, 'https://a.example/%D8%B3%D9%84%D8%A7%D9%85?q=1'])
  })

  test('what the app says to it is shown, and nothing of that is markup', async () => {
    const server = await startClickedApp(() => ({ body: { text_message: '<b>booked</b>' } }))
    await node.db
      .updateTable('apps')
      .set({ dynamic_action_url: server.url })
      .where('id', '=', app.id)
      .execute()
    const { status, text } = await press({ get_dynamic_action: { data: {} } })
    expect(status).toBe(200)
    expect(text).toContain('<bdi>&lt;b&gt;booked&lt;/b&gt;</bdi>')
    expect(text).toContain(`href="/chat/${conversationId}#write"`)
    await server.close()
  })

  test('a button whose app does not answer ends on a page that says so', async () => {
    const { status, text } = await press({ open_server_link: { data: {} } })
    expect(status).toBe(200)
    expect(text).toContain('did not work')
  })

  test('a button that was not shown is 404', async () => {
    await say({ text_message: 'no buttons' })
    const form = { message_id: crypto.randomUUID(), row: '0', column: '0' }
    expect((await submit(`/chat/${conversationId}/click`, form)).status).toBe(404)
    expect((await submit(`/chat/${conversationId}/click`, { ...form, row: '7' })).status).toBe(400)
  })
})
