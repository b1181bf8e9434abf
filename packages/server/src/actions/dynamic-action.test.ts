import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  addMessage,
  addNotice,
  type ClickWorld,
  grid,
  lastClick,
  PUBLIC_URL,
  startClickWorld,
} from '../../testing/click-fixture.ts'
import {
  type AppAnswer,
  type AppCallReceived,
  type ClickedAppServer,
  startClickedApp,
} from '../../testing/clicked-app.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { clickMessage } from './click-message.ts'
import { clickNotice } from './click-notice.ts'
import { MAX_TOAST_LENGTH } from './click-result.ts'

const DYNAMIC = { get_dynamic_action: { data: { step: 0 } } }

describe('wire contract §3: dynamic actions', () => {
  let world: ClickWorld
  const servers: ClickedAppServer[] = []

  beforeAll(async () => {
    world = await startClickWorld()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => world.close())

  async function clickedWith(answer: (call: AppCallReceived, index: number) => AppAnswer) {
    const server = await startClickedApp(answer)
    servers.push(server)
    const app = await fixture.addApp(world.db, world.seller.id, {
      sessionInitializationUrl: `${server.url}/session`,
      dynamicActionUrl: `${server.url}/action`,
    })
    const messageId = await addMessage(world.db, {
      conversationId: world.conversationId,
      senderId: world.seller.id,
      appId: app.id,
      receiver_buttons: grid([DYNAMIC]),
    })
    const click = { userId: world.buyer.id, messageId, row: 0, column: 0 }
    const result = await clickMessage(world.deps, click)
    return { app, result, received: server.received }
  }

  test('the request holds exactly the contract’s fields, without API-Version', async () => {
    const { app, received, result } = await clickedWith(() => ({ body: {} }))
    expect(result).toEqual({ outcome: 'done' })
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      path: '/action',
      headers: { authorization: 'identification-key', 'content-type': 'application/json' },
    })
    expect(received[0]?.headers['api-version']).toBeUndefined()
    expect(received[0]?.body).toEqual({
      touchpoint: 'CHAT',
      post_token: world.post.token,
      conversation_id: world.conversationId,
      user_side: 'DEMAND',
      extra_data: { step: 0 },
      user_id: world.userIds.toPublic(app.id, world.buyer.id),
    })
  })

  test('touchpoints of notices: MY_POST on a post, MY_DIVAR to a user', async () => {
    const server = await startClickedApp(() => ({ status: 204 }))
    servers.push(server)
    const app = await fixture.addApp(world.db, world.seller.id, { dynamicActionUrl: server.url })
    const buttons = { primary: { title: 'press me', action: DYNAMIC } }
    const userId = world.seller.id
    for (const postId of [world.post.id, undefined]) {
      const noticeId = await addNotice(world.db, {
        appId: app.id,
        userId,
        ...(postId && { postId }),
        buttons,
      })
      expect(await clickNotice(world.deps, { userId, noticeId, button: 'primary' })).toEqual({
        outcome: 'done',
      })
    }
    const user_id = world.userIds.toPublic(app.id, userId)
    expect(server.received.map(({ body }) => body)).toEqual([
      {
        touchpoint: 'MY_POST',
        post_token: world.post.token,
        user_side: 'SUPPLY',
        extra_data: { step: 0 },
        user_id,
      },
      { touchpoint: 'MY_DIVAR', extra_data: { step: 0 }, user_id },
    ])
  })

  test.each([
    ['an empty body', { body: '' }, { outcome: 'done' }],
    ['204', { status: 204 }, { outcome: 'done' }],
    ['no action', { body: { action: null, text_message: '' } }, { outcome: 'done' }],
    ['a toast', { body: { text_message: 'سلام' } }, { outcome: 'toast', toast: 'سلام' }],
    [
      'a link',
      { body: { action: { open_direct_link: 'https://a.example/' } } },
      { outcome: 'opened', open_url: 'https://a.example/' },
    ],
    [
      'both',
      { body: { action: { open_direct_link: 'https://a.example/' }, text_message: 'look' } },
      { outcome: 'opened', open_url: 'https://a.example/', toast: 'look' },
    ],
    [
      'a status of its own, which changes nothing',
      { body: { status: '403', message: 'no', text_message: 'yes' } },
      { outcome: 'toast', toast: 'yes' },
    ],
  ] as [string, AppAnswer, object][])('the answer may hold %s', async (_name, answer, expected) => {
    expect((await clickedWith(() => answer)).result).toEqual(expected)
  })

  test('an answered open_server_link is carried out with its own data', async () => {
    const { result, received } = await clickedWith(({ path }) =>
      path === '/action'
        ? { body: { action: { open_server_link: { data: { from: 'answer' } } }, text_message: 'coming' } }
        : { body: { url: 'https://a.example/session' } },
    )
    expect(result).toEqual({ outcome: 'opened', open_url: 'https://a.example/session', toast: 'coming' })
    expect(received.map(({ path }) => path)).toEqual(['/action', '/session'])
    expect(received[1]?.body).toMatchObject({
      source: 'CHAT_MESSAGE_ACTION',
      extra_data: { from: 'answer' },
      completion_url: `${PUBLIC_URL}/completion?conversation=${world.conversationId}`,
    })
    expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id'])
    expect(await lastClick(world.db, world.buyer.id)).toMatchObject({
      action: 'get_dynamic_action',
      outcome: 'opened',
      request: {
        url: expect.stringMatching(/\/session$/),
        earlier: [{ url: expect.stringMatching(/\/action$/), status: 200 }],
      },
    })
  })

  const chain =
    (last: number, end: AppAnswer) =>
    (_call: AppCallReceived, index: number): AppAnswer =>
      index + 1 === last
        ? end
        : {
            body: { action: { get_dynamic_action: { data: { step: index + 1 } } }, text_message: `${index}` },
          }

  test('three dynamic actions may follow one another', async () => {
    const end = { body: { action: { open_direct_link: 'https://a.example/' } } }
    const { result, received } = await clickedWith(chain(3, end))
    expect(result).toEqual({ outcome: 'opened', open_url: 'https://a.example/', toast: '1' })
    expect(received.map(({ body }) => body.extra_data)).toEqual([{ step: 0 }, { step: 1 }, { step: 2 }])
  })

  test.each([
    ['a chain of four', chain(4, { body: {} })],
    ['a cycle', (): AppAnswer => ({ body: { action: DYNAMIC } })],
  ] as [string, (call: AppCallReceived, index: number) => AppAnswer][])(
    '%s ends after the third call, as a failure that names the limit',
    async (_name, answer) => {
      const { result, received } = await clickedWith(answer)
      expect(received).toHaveLength(3)
      expect(result).toMatchObject({ outcome: 'failed', message: expect.stringContaining('قابل نمایش نیست') })
      expect(await lastClick(world.db, world.buyer.id)).toMatchObject({
        outcome: 'failed',
        reason: 'TOO_DEEP',
        detail: expect.stringContaining('3'),
        answer_status: 200,
      })
    },
  )

  test('a toast beyond the limit is cut at a whole character', async () => {
    const { result } = await clickedWith(() => ({ body: { text_message: '🙂'.repeat(2_000) } }))
    expect([...(result.toast ?? '')]).toHaveLength(MAX_TOAST_LENGTH)
    expect(result.toast).toBe(`${'🙂'.repeat(MAX_TOAST_LENGTH - 1)}…`)
  })

  test('a toast survives the failure of the action beside it', async () => {
    const { result } = await clickedWith(({ path }) =>
      path === '/action'
        ? { body: { action: { open_server_link: { data: {} } }, text_message: 'saved' } }
        : { status: 500 },
    )
    expect(result).toMatchObject({ outcome: 'failed', toast: 'saved' })
  })
})
