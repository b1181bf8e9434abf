import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ClickWorld, startClickWorld } from '../../testing/click-fixture.ts'
import { type AppAnswer, type ClickedAppServer, startClickedApp } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { ClicksUnderWay } from './clicks-under-way.ts'
import { type OpenedApp, type OpenTouchpointDeps, openTouchpoint } from './open-touchpoint.ts'

describe('§11 touchpoints: an app that is slow', () => {
  let world: ClickWorld
  let deps: OpenTouchpointDeps
  const servers: ClickedAppServer[] = []

  beforeAll(async () => {
    world = await startClickWorld({ connections: 1 })
    deps = {
      ...world.deps,
      mode: 'production',
      opening: new ClicksUnderWay<OpenedApp | null>(),
      sender: { send: () => Promise.reject(new Error('no message is sent here')) },
      messageLimit: { counted: (_userId, send) => send() },
    }
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => world.close())

  async function appAt(
    touchpoint: string,
    answer: (index: number) => AppAnswer | 'hang' | Promise<AppAnswer | 'hang'>,
  ) {
    const server = await startClickedApp((_call, index) => answer(index))
    servers.push(server)
    const app = await fixture.addApp(world.db, world.seller.id, { sessionInitializationUrl: server.url })
    await world.db
      .insertInto('app_touchpoints')
      .values({ app_id: app.id, touchpoint, operation: 'LOAD_WEBVIEW_SERVER_LINK', fallback_url: null })
      .execute()
    return { app, server }
  }

  const open = (slug: string, touchpoint: 'MY_DIVAR' | 'DIVAR_PRO', more: Partial<OpenTouchpointDeps> = {}) =>
    openTouchpoint(
      { ...deps, ...more },
      {
        slug,
        request: { touchpoint },
        user: { userId: world.seller.id, blacklisted: false },
        traceparent: null,
      },
    )

  test('holds no connection to the database while it is asked', async () => {
    const release = Promise.withResolvers<void>()
    const apps = await Promise.all(
      Array.from({ length: 5 }, () =>
        appAt('MY_DIVAR', async () => {
          await release.promise
          return { body: { url: 'https://app.example/' } }
        }),
      ),
    )
    const opening = apps.map(({ app }) => open(app.slug, 'MY_DIVAR'))
    await waitFor(() => apps.every(({ server }) => server.received.length === 1))
    // All five wait for their apps; the only connection still answers.
    const written = await world.db.updateTable('conversations').set({ last_at: new Date() }).execute()
    expect(Number(written[0]?.numUpdatedRows)).toBe(1)
    release.resolve()
    for (const opened of await Promise.all(opening)) {
      expect(opened?.effect).toEqual({ openUrl: 'https://app.example/' })
    }
  })

  test('the same opened twice at once reaches it once, at two places twice; after that again', async () => {
    const release = Promise.withResolvers<void>()
    const { app, server } = await appAt('MY_DIVAR', async () => {
      await release.promise
      return { body: { url: 'https://app.example/' } }
    })
    await world.db
      .insertInto('app_touchpoints')
      .values({
        app_id: app.id,
        touchpoint: 'DIVAR_PRO',
        operation: 'LOAD_WEBVIEW_SERVER_LINK',
        fallback_url: null,
      })
      .execute()
    const opening = [open(app.slug, 'MY_DIVAR'), open(app.slug, 'MY_DIVAR'), open(app.slug, 'DIVAR_PRO')]
    await waitFor(() => server.received.length === 2)
    release.resolve()
    const [first, second] = await Promise.all(opening)
    expect(first).toBe(second)
    expect(server.received).toHaveLength(2)
    await open(app.slug, 'MY_DIVAR')
    expect(server.received).toHaveLength(3)
  })

  test('too late, the person reads so, and the developer why', async () => {
    const { app } = await appAt('MY_DIVAR', () => 'hang')
    const opened = await open(app.slug, 'MY_DIVAR', { clickDeadlineMs: 50 })
    expect(opened?.effect).toEqual({
      failure: { reason: 'TIMED_OUT', detail: expect.stringContaining('50 ms') },
    })
    const click = await world.db
      .selectFrom('clicks')
      .selectAll()
      .where('app_id', '=', app.id)
      .executeTakeFirstOrThrow()
    expect(click).toMatchObject({
      touchpoint: 'MY_DIVAR',
      outcome: 'failed',
      reason: 'TIMED_OUT',
      answer_status: null,
    })
    expect(JSON.stringify(click.request)).not.toContain('identification-key')
  })

  test('may call the API from inside its handler, and have it answered', async () => {
    await using node = await startTestServer()
    const seller = await fixture.addUser(node.db)
    const buyer = await fixture.addUser(node.db)
    const post = await fixture.addPost(node.db, seller.id)
    const conversationId = await fixture.addConversation(node.db, post, seller.id, buyer.id)
    const keys: Record<string, string> = {}
    const server = await startClickedApp(async () => {
      const sent = await fetch(`${node.url}/v2/open-platform/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...keys },
        body: JSON.stringify({ message: 'sent while answering' }),
      })
      return { body: { url: `https://app.example/${sent.status}` } }
    })
    servers.push(server)
    const app = await fixture.addApp(node.db, seller.id, { sessionInitializationUrl: server.url })
    const grant = await fixture.addGrant(node.db, app.id, seller.id, [
      `CONVERSATION_SEND_MESSAGE.${conversationId}`,
    ])
    Object.assign(keys, { 'x-api-key': app.key, authorization: `Bearer ${grant.accessToken}` })
    await node.db
      .insertInto('app_touchpoints')
      .values({
        app_id: app.id,
        touchpoint: 'CHAT',
        operation: 'LOAD_WEBVIEW_SERVER_LINK',
        fallback_url: null,
      })
      .execute()
    const query = new URLSearchParams({ touchpoint: 'CHAT', conversation_id: conversationId })
    const opened = await fetch(`${node.url}/open/${app.slug}?${query}`, {
      redirect: 'manual',
      headers: { cookie: seller.cookie },
    })
    expect([opened.status, opened.headers.get('location')]).toEqual([302, 'https://app.example/200'])
  })
})
