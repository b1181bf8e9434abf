import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMessage, type ClickWorld, grid, startClickWorld } from '../../testing/click-fixture.ts'
import { startClickedApp } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { clickMessage } from './click-message.ts'

describe('a click holds no lock, transaction or connection while the app is asked', () => {
  let node: TestServer
  let world: ClickWorld

  beforeAll(async () => {
    world = await startClickWorld({ connections: 1 })
    node = await startTestServer()
  })
  afterAll(async () => {
    await node.close()
    await world.close()
  })

  test('with one database connection, many slow clicks leave it free', async () => {
    const release = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const server = await startClickedApp(async (_call, index) => {
      if (index === 9) reached.resolve()
      await release.promise
      return { body: { text_message: 'done' } }
    })
    const app = await fixture.addApp(world.db, world.seller.id, { dynamicActionUrl: server.url })
    const clicks: Promise<unknown>[] = []
    for (let i = 0; i < 10; i++) {
      const messageId = await addMessage(world.db, {
        conversationId: world.conversationId,
        senderId: world.seller.id,
        appId: app.id,
        sender_buttons: grid([{ get_dynamic_action: { data: { i } } }]),
      })
      clicks.push(clickMessage(world.deps, { userId: world.seller.id, messageId, row: 0, column: 0 }))
    }
    await reached.promise
    // All ten wait for the app now; the only connection still answers.
    const written = await world.db.updateTable('conversations').set({ last_at: new Date() }).execute()
    expect(Number(written[0]?.numUpdatedRows)).toBe(1)
    release.resolve()
    expect(await Promise.all(clicks)).toEqual(clicks.map(() => ({ outcome: 'toast', toast: 'done' })))
    await server.close()
  })

  test('an app may send into the very conversation from inside its handler', async () => {
    const { db } = node
    const seller = await fixture.addUser(db)
    const buyer = await fixture.addUser(db)
    const post = await fixture.addPost(db, seller.id)
    const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
    const keys: Record<string, string> = {}
    const server = await startClickedApp(async () => {
      const sent = await fetch(`${node.url}/v2/open-platform/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...keys },
        body: JSON.stringify({ message: 'sent while answering' }),
      })
      return { body: { text_message: String(sent.status) } }
    })
    const app = await fixture.addApp(db, seller.id, { dynamicActionUrl: server.url })
    const scope = `CONVERSATION_SEND_MESSAGE.${conversationId}`
    const grant = await fixture.addGrant(db, app.id, seller.id, [scope])
    Object.assign(keys, { 'x-api-key': app.key, authorization: `Bearer ${grant.accessToken}` })
    const messageId = await addMessage(db, {
      conversationId,
      senderId: seller.id,
      appId: app.id,
      sender_buttons: grid([{ get_dynamic_action: { data: {} } }]),
    })
    const click = { userId: seller.id, messageId, row: 0, column: 0 }
    expect(await clickMessage({ ...world.deps, db }, click)).toEqual({ outcome: 'toast', toast: '200' })
    await server.close()
  })

  test('GET /completion ends on a page that leads nowhere, whatever apps add to it', async () => {
    for (const query of [
      '?conversation=62c8f7e0-0000-4000-8000-00000000000a&added=by-the-app',
      '',
      '?to=https://evil.example',
      '?conversation=//evil.example&conversation[]=x&{}=%00&%ff',
    ]) {
      const answer = await fetch(`${node.url}/completion${query}`, { redirect: 'manual' })
      const page = await answer.text()
      expect([query, answer.status]).toEqual([query, 200])
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(page).toContain('You can close this page.')
      const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
      // To the chat, and the icon.
      expect(links.filter((href) => href !== '/chat' && !href?.startsWith('data:image/'))).toEqual([])
      expect(page).not.toMatch(/evil|http-equiv/)
    }
    const persian = await fetch(`${node.url}/completion`, { headers: { 'accept-language': 'fa-IR' } })
    expect(await persian.text()).toContain('می‌توانید این صفحه را ببندید.')
  })
})
