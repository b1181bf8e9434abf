import { sql } from 'kysely'
import { writePageTemplates } from '../../../packages/server/src/marketplace/page-templates.ts'
import { answer, locationOf, open, ticketOf } from '../../../packages/server/testing/consent-flow.ts'
import { hostClient } from '../../../packages/server/testing/host-client.ts'
import * as fixture from '../../../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../../packages/server/testing/test-server.ts'
import { waitFor } from '../../../packages/server/testing/wait-for.ts'
import {
  type MakeApp,
  type Marketplace,
  POST,
  type PostChanges,
  type StoryClick,
  type StoryPerson,
} from './marketplace.ts'
import { serveApp } from './serve-app.ts'

/** The same story against a whole Charsu node over a real database, and a real HTTP app on 127.0.0.1. */
export async function serverMarketplace(makeApp: MakeApp): Promise<Marketplace> {
  const server = await startTestServer()
  const app = await serveApp()
  const { db } = server
  const settled = async (): Promise<void> => {
    await waitFor(async () => (await sql`select 1 from delivery_queue`.execute(db)).rows.length === 0)
  }
  await writePageTemplates(db, {
    post_url: `${server.url}/posts/{post_token}`,
    post_manage_url: `${server.url}/posts/{post_token}/manage`,
  })
  const [seller, buyer] = [await fixture.addUser(db), await fixture.addUser(db)]
  for (const { id } of [seller, buyer]) {
    await db.updateTable('users').set({ locale: 'en' }).where('id', '=', id).execute()
  }
  const host = hostClient(server)
  const changePost = async (changes: PostChanges): Promise<void> => {
    const { status, body } = await host('PUT', `/posts/${POST.token}`, changes)
    if (status !== 200) throw new Error(`the post was refused: ${JSON.stringify(body)}`)
    await settled()
  }
  const { token, ...fields } = POST
  await changePost({ owner: seller.hostId, ...fields })
  // As in development mode, of which the story is told: an ordinary post, on which development apps may act.
  const post = await db
    .updateTable('posts')
    .set({ for_development: true })
    .where('token', '=', token)
    .returning(['id', 'token'])
    .executeTakeFirstOrThrow()
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  const registered = await fixture.addApp(db, seller.id, {
    eventsUrl: `${app.url}/charsu/events`,
    sessionInitializationUrl: `${app.url}/charsu/sessions`,
    dynamicActionUrl: `${app.url}/charsu/actions`,
    identificationKey: 'bed-identification-key',
    redirectUris: [`${app.url}/charsu/callback`],
  })
  await db.updateTable('apps').set({ display_name: 'The app' }).where('id', '=', registered.id).execute()
  for (const touchpoint of ['MY_POST', 'MY_DIVAR']) {
    await db
      .insertInto('app_touchpoints')
      .values({ app_id: registered.id, touchpoint, operation: 'START_CHAT_BOT', fallback_url: null })
      .execute()
  }
  const settings = {
    clientId: registered.slug,
    clientSecret: registered.clientSecret,
    apiKey: registered.key,
    charsuUrl: server.url,
    publicUrl: app.url,
    fetch: (request: Request) => fetch(request),
  }
  app.answerWith(makeApp(settings))
  const person = (user: fixture.UserFixture) =>
    serverPerson({ server, user, slug: registered.slug, conversationId, settled, publicUrl: app.url })
  return {
    name: 'a server',
    settings,
    postToken: post.token,
    conversationId,
    seller: person(seller),
    buyer: person(buyer),
    changePost,
    settled,
    async [Symbol.asyncDispose]() {
      await server.close()
      await app.close()
    },
  }
}

interface PersonDeps {
  server: TestServer
  user: fixture.UserFixture
  slug: string
  conversationId: string
  publicUrl: string
  settled(): Promise<void>
}

interface SeenRow {
  id: string
  mine: boolean
  app?: { display_name: string }
  text?: string
  buttons?: { rows: { buttons: { caption: string }[] }[] }
}

interface NoticeRow {
  id: string
  message?: string
  post?: { post_token: string }
  primary_button?: { title: string }
  secondary_button?: { title: string }
}

function serverPerson({ server, user, slug, publicUrl, settled, ...deps }: PersonDeps): StoryPerson {
  let { conversationId } = deps
  const me = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${server.url}/me/v1${path}`, {
      method,
      headers: { cookie: user.cookie, 'content-type': 'application/json', origin: server.url },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as T
  }
  const messages = async (): Promise<SeenRow[]> =>
    (await me<{ messages: SeenRow[] }>('GET', `/conversations/${conversationId}/messages?limit=100`)).messages
  const notices = async (): Promise<NoticeRow[]> =>
    (await me<{ notices: NoticeRow[] }>('GET', '/notices')).notices.toReversed()
  const click = async (path: string, body: object): Promise<StoryClick> => {
    const result = await me<Omit<StoryClick, 'reason' | 'detail'>>('POST', path, body)
    const record = await server.db
      .selectFrom('clicks')
      .select(['reason', 'detail'])
      .where('user_id', '=', user.id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    return {
      outcome: result.outcome,
      open_url: result.open_url,
      toast: result.toast,
      message: result.message,
      reason: record.reason ?? undefined,
      detail: record.detail ?? undefined,
    }
  }
  const findAndClick = async (caption: string): Promise<StoryClick> => {
    for (const message of (await messages()).toReversed()) {
      for (const [row, { buttons }] of (message.buttons?.rows ?? []).entries()) {
        const column = buttons.findIndex((button) => button.caption === caption)
        if (column >= 0) {
          return click(`/conversations/${conversationId}/messages/${message.id}/click`, { row, column })
        }
      }
    }
    for (const { id, primary_button, secondary_button } of (await notices()).toReversed()) {
      if (primary_button?.title === caption) return click(`/notices/${id}/click`, { button: 'primary' })
      if (secondary_button?.title === caption) return click(`/notices/${id}/click`, { button: 'secondary' })
    }
    throw new Error(`no button ${caption}`)
  }
  return {
    async says(text) {
      await me('POST', `/conversations/${conversationId}/messages`, { text })
      await settled()
    },
    sees: async () =>
      (await messages()).map(({ mine, app, text, buttons }) => ({
        mine,
        app: app?.display_name,
        text,
        buttons: (buttons?.rows ?? []).map((row) => row.buttons.map(({ caption }) => caption)),
      })),
    async taps(caption) {
      const result = await findAndClick(caption)
      await settled()
      return result
    },
    notices: async () =>
      (await notices()).map(({ message, post, primary_button, secondary_button }) => ({
        message,
        postToken: post?.post_token,
        buttons: [primary_button, secondary_button].flatMap((button) => (button ? [button.title] : [])),
      })),
    async chatsWithApp() {
      conversationId = (await me<{ id: string }>('POST', `/chatbots/${slug}`)).id
    },
    async opensPostChat() {
      conversationId = deps.conversationId
    },
    async startsFrom(touchpoint, about) {
      const query = new URLSearchParams({ touchpoint, ...(about !== undefined && { post_token: about }) })
      const page = await open(server, `/open/${slug}?${query}`, user)
      if (page.status !== 302) throw new Error(`${page.status} ${await page.text()}`)
      await this.chatsWithApp()
      await settled()
    },
    async answersConsent(url, decision) {
      const page = await open(server, url.slice(server.url.length), user)
      const text = await page.text()
      if (page.status === 200) {
        return locationOf(await answer(server, user, { ticket: ticketOf(text), decision })).href
      }
      const location = page.headers.get('location')
      return location === null ? url : new URL(location, publicUrl).href
    },
    async revokes() {
      const { grants } = await me<{ grants: { id: string }[] }>('GET', '/grants')
      for (const { id } of grants) await me('DELETE', `/grants/${id}`)
      await settled()
    },
    blocks: () => me('PUT', `/conversations/${conversationId}/block`),
    unblocks: () => me('DELETE', `/conversations/${conversationId}/block`),
  }
}
