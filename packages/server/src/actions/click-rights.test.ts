import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addMessage,
  addNotice,
  type ClickWorld,
  grid,
  lastClick,
  startClickWorld,
} from '../../testing/click-fixture.ts'
import { startClickedApp } from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { writeSetting } from '../db/instance-settings.ts'
import { clickMessage } from './click-message.ts'
import { clickNotice } from './click-notice.ts'

const link = (name: string) => ({ open_direct_link: `https://${name}.example/` })

describe('wire contract §3: who may click what', () => {
  let world: ClickWorld
  let app: fixture.AppFixture
  let messageId: string

  beforeAll(async () => {
    world = await startClickWorld()
    app = await fixture.addApp(world.db, world.seller.id)
    messageId = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      sender_buttons: grid([link('s00'), link('s01')], [link('s10')]),
      receiver_buttons: grid([link('r00')]),
    })
  })
  afterAll(() => world.close())

  const click = (userId: string, row: number, column: number, id = messageId) =>
    clickMessage(world.deps, { userId, messageId: id, row, column })

  test('the sender clicks in the sender’s grid, the other in the receiver’s', async () => {
    expect(await click(world.seller.id, 0, 0)).toMatchObject({ open_url: 'https://s00.example/' })
    expect(await click(world.seller.id, 0, 1)).toMatchObject({ open_url: 'https://s01.example/' })
    expect(await click(world.seller.id, 1, 0, messageId.toUpperCase())).toMatchObject({
      open_url: 'https://s10.example/',
    })
    expect(await lastClick(world.db, world.seller.id)).toMatchObject({
      button: 'sender_buttons.rows[1].buttons[0]',
      action: 'open_direct_link',
      outcome: 'opened',
      request: null,
    })
    expect(await click(world.buyer.id, 0, 0)).toMatchObject({ open_url: 'https://r00.example/' })
  })

  test('any other button is 404: another’s grid, beyond the grid, another’s conversation, no message', async () => {
    const stranger = await fixture.addUser(world.db)
    const human = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: null,
    })
    const before = await clicks()
    for (const [userId, row, column, id] of [
      [world.buyer.id, 0, 1],
      [world.buyer.id, 1, 0],
      [world.seller.id, 0, 2],
      [world.seller.id, 3, 0],
      [world.seller.id, -1, 0],
      [world.seller.id, 0, -1],
      [world.seller.id, 0.5, 0],
      [world.seller.id, Number.NaN, 0],
      [world.seller.id, 0, Number.POSITIVE_INFINITY],
      [stranger.id, 0, 0],
      [world.seller.id, 0, 0, human],
      [world.seller.id, 0, 0, crypto.randomUUID()],
      [world.seller.id, 0, 0, 'not-a-uuid'],
      [world.seller.id, 0, 0, "'; drop table clicks"],
    ] as [string, number, number, string?][]) {
      await expect(click(userId, row, column, id)).rejects.toMatchObject({
        http: 404,
        reason: 'BUTTON_UNKNOWN',
      })
    }
    expect(await clicks()).toBe(before)
  })

  const clicks = async () => (await world.db.selectFrom('clicks').select('id').execute()).length

  test('a notice’s buttons are its user’s alone', async () => {
    const noticeId = await addNotice(world.db, {
      appId: app.id,
      userId: world.buyer.id,
      buttons: { primary: { title: 'press me', action: link('n') } },
    })
    const press = (userId: string, button: 'primary' | 'secondary', id = noticeId) =>
      clickNotice(world.deps, { userId, noticeId: id, button })
    expect(await press(world.buyer.id, 'primary')).toEqual({
      outcome: 'opened',
      open_url: 'https://n.example/',
    })
    for (const [userId, button, id] of [
      [world.seller.id, 'primary', noticeId],
      [world.buyer.id, 'secondary', noticeId],
      [world.buyer.id, 'primary', crypto.randomUUID()],
      [world.buyer.id, 'primary', 'x'],
    ] as const) {
      await expect(press(userId, button, id)).rejects.toMatchObject({ http: 404 })
    }
  })

  test('host pages come from the templates; the management page is the owner’s alone', async () => {
    const token = world.post.token
    const open = { open_post_page: { post_token: token } }
    const manage = { open_post_manage_page: { post_token: token } }
    const gone = { open_post_page: { post_token: 'nothing_here' } }
    const id = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      sender_buttons: grid([open, manage, gone]),
      receiver_buttons: grid([open, manage]),
    })
    const reason = async (userId: string) => (await lastClick(world.db, userId)).reason

    expect(await click(world.seller.id, 0, 0, id)).toMatchObject({ outcome: 'failed' })
    expect(await reason(world.seller.id)).toBe('NO_PAGE_TEMPLATE')
    await writeSetting(world.db, 'page_templates', {
      post_url: 'https://host.example/p/{post_token}',
      post_manage_url: 'https://host.example/manage?post={post_token}',
    })
    expect(await click(world.seller.id, 0, 0, id)).toEqual({
      outcome: 'opened',
      open_url: `https://host.example/p/${token}`,
    })
    expect(await click(world.seller.id, 0, 1, id)).toEqual({
      outcome: 'opened',
      open_url: `https://host.example/manage?post=${token}`,
    })
    expect(await click(world.buyer.id, 0, 0, id)).toMatchObject({ outcome: 'opened' })
    expect(await click(world.buyer.id, 0, 1, id)).toMatchObject({ outcome: 'failed' })
    expect(await reason(world.buyer.id)).toBe('NOT_POST_OWNER')
    expect(await click(world.seller.id, 0, 2, id)).toMatchObject({ outcome: 'failed' })
    expect(await reason(world.seller.id)).toBe('POST_UNKNOWN')
  })

  test('the clicker needs no grant, and a revoked one of the other side changes nothing', async () => {
    const server = await startClickedApp(() => ({ body: { url: 'https://a.example/' } }))
    const granted = await fixture.addApp(world.db, world.seller.id, { sessionInitializationUrl: server.url })
    const { grantId } = await fixture.addGrant(world.db, granted.id, world.seller.id, [])
    await world.db
      .updateTable('grants')
      .set({ revoked_at: new Date(), revoked_reason: 'by the user' })
      .where('id', '=', grantId)
      .execute()
    const id = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: granted.id,
      receiver_buttons: grid([{ open_server_link: { data: {} } }]),
    })
    expect(await click(world.buyer.id, 0, 0, id)).toMatchObject({ outcome: 'opened' })
    await server.close()
  })

  test('a double click reaches the app once; a click after it reaches it again', async () => {
    const started = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const server = await startClickedApp(async () => {
      started.resolve()
      await release.promise
      return { body: { text_message: 'booked' } }
    })
    const booking = await fixture.addApp(world.db, world.seller.id, { dynamicActionUrl: server.url })
    const id = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: booking.id,
      sender_buttons: grid([{ get_dynamic_action: { data: {} } }]),
      receiver_buttons: grid([{ get_dynamic_action: { data: {} } }]),
    })
    const joins: string[] = []
    const { underWay } = world.deps
    const share = underWay.share.bind(underWay)
    underWay.share = (key, make) => {
      joins.push(key)
      return share(key, make)
    }
    const double = [click(world.buyer.id, 0, 0, id), click(world.buyer.id, 0, 0, id)]
    const others = click(world.seller.id, 0, 0, id)
    await started.promise
    await waitFor(() => joins.length === 3)
    release.resolve()
    const toast = { outcome: 'toast', toast: 'booked' }
    expect(await Promise.all([...double, others])).toEqual([toast, toast, toast])
    expect(server.received).toHaveLength(2)
    expect(await click(world.buyer.id, 0, 0, id)).toEqual(toast)
    expect(server.received).toHaveLength(3)
    underWay.share = share
    await server.close()
  })

  test('an app that the host has shut out gets no click, and its links do not open', async () => {
    const server = await startClickedApp(() => ({ body: { url: 'https://app.example/' } }))
    const shut = await fixture.addApp(world.db, world.seller.id, {
      development: false,
      sessionInitializationUrl: server.url,
    })
    const id = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: shut.id,
      sender_buttons: grid([link('shut'), { open_server_link: { data: {} } }]),
    })
    for (const column of [0, 1]) {
      expect(await click(world.seller.id, 0, column, id)).toMatchObject({ outcome: 'failed' })
      expect(await lastClick(world.db, world.seller.id)).toMatchObject({ reason: 'APP_SHUT_OUT' })
    }
    expect(server.received).toEqual([])
    const scope = { app_id: shut.id, name: 'CONVERSATION_SEND_MESSAGE', approved_at: new Date() }
    await world.db.insertInto('app_scopes').values(scope).execute()
    expect(await click(world.seller.id, 0, 1, id)).toMatchObject({ open_url: 'https://app.example/' })
    await server.close()
  })
})
