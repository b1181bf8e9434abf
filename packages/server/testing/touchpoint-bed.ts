import { AppUserIds } from '../src/access/app-user-ids.ts'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from './clicked-app.ts'
import * as fixture from './marketplace-fixture.ts'
import { startTestServer } from './test-server.ts'

export const PUBLIC_URL = 'https://charsu.example'
const SECRET = 'a secret of the tests that has enough bytes'

/** In production, where development data is told apart. */
const PRODUCTION = {
  mode: 'production' as const,
  publicUrl: PUBLIC_URL,
  secret: SECRET,
  egressAllow: ['127.0.0.0/8'],
}

type Operation = 'LOAD_WEBVIEW_DIRECT_LINK' | 'LOAD_WEBVIEW_SERVER_LINK' | 'START_CHAT_BOT'

export type TouchpointBed = Awaited<ReturnType<typeof openTouchpointBed>>

/** A marketplace whose people open apps at touchpoints. */
export async function openTouchpointBed() {
  const node = await startTestServer({ config: PRODUCTION })
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id, { development: false })
  const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
  const servers: ClickedAppServer[] = []
  const ids = new AppUserIds(Buffer.from(SECRET))

  async function appAt(
    operations: Record<string, Operation>,
    options: {
      answer?: AppAnswer | 'hang'
      version?: 1 | 2
      development?: boolean
      ownerId?: string
      eventsUrl?: string
    } = {},
  ) {
    const { answer = { body: { url: 'https://app.example/page' } }, development = false } = options
    const server = await startClickedApp(() => answer)
    servers.push(server)
    const app = await fixture.addApp(node.db, options.ownerId ?? buyer.id, {
      development,
      sessionInitializationUrl: `${server.url}/start`,
      sessionInitializationVersion: options.version ?? 2,
      ...(options.eventsUrl && { eventsUrl: options.eventsUrl }),
    })
    await node.db
      .insertInto('app_scopes')
      .values({ app_id: app.id, name: 'USER_ID', approved_at: new Date() })
      .execute()
    await node.db
      .insertInto('app_permissions')
      .values({ app_id: app.id, name: 'CHAT_BOT_SEND_MESSAGE', approved_at: new Date() })
      .execute()
    await node.db
      .insertInto('app_touchpoints')
      .values(
        Object.entries(operations).map(([touchpoint, operation]) => ({
          app_id: app.id,
          touchpoint,
          operation,
          fallback_url: operation === 'LOAD_WEBVIEW_DIRECT_LINK' ? 'https://app.example/p?own=%2f#top' : null,
        })),
      )
      .execute()
    return { app, server }
  }

  async function open(
    app: { slug: string },
    query: Record<string, string>,
    person: { cookie: string } | null,
    headers: Record<string, string> = {},
  ) {
    const answer = await fetch(`${node.url}/open/${app.slug}?${new URLSearchParams(query)}`, {
      redirect: 'manual',
      headers: { ...(person && { cookie: person.cookie }), ...headers },
    })
    return {
      status: answer.status,
      to: answer.headers.get('location'),
      headers: answer.headers,
      page: await answer.text(),
    }
  }

  const clicksOf = (app: { id: string }) =>
    node.db.selectFrom('clicks').selectAll().where('app_id', '=', app.id).orderBy('id').execute()

  const stopApps = async (): Promise<void> => {
    for (const server of servers.splice(0)) await server.close()
  }

  return { node, seller, buyer, post, conversationId, ids, appAt, open, clicksOf, stopApps }
}
