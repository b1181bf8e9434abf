import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hostClient } from '../../packages/server/testing/host-client.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { rawRequest } from '../hostile/raw-http.ts'
import { type Answer, type ClientBed, openClientBed } from './client-bed.ts'
import { type HandlerApp, startHandlerApp } from './handler-app.ts'

const TRIES = 4

let bed: ClientBed
let app: HandlerApp
/** Until it is let go, the app answers nothing. */
let held = Promise.withResolvers<void>()

beforeAll(async () => {
  app = await startHandlerApp(async () => {
    await held.promise
    return {}
  })
  bed = await openClientBed({
    app: { eventsUrl: `${app.url}/events`, dynamicActionUrl: `${app.url}/action` },
  })
  const subscribed = await bed.call('POST', '/v1/open-platform/events/subscriptions', {
    event_type: 'NEW_MESSAGE_ON_POST',
    event_resource_id: bed.post.token,
  })
  expect(subscribed.status).toBe(200)
})
afterAll(async () => {
  held.resolve()
  await bed[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})
beforeEach(() => {
  held = Promise.withResolvers<void>()
})
afterEach(async () => {
  held.resolve()
  await waitFor(async () => {
    const { rows } = await bed.node.database.pool.query('select from delivery_queue')
    return rows.length === 0
  })
})

const send = (message: string, headers: Record<string, string> = {}) =>
  bed.call('POST', bed.sendPath, { message }, headers)

/** What a client does that takes every error, and every second that passes, for a reason to try again. */
async function fourTimes(call: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let i = 0; i < TRIES; i++) answers.push(await call())
  return answers
}

const count = async (text: string): Promise<number> =>
  (await bed.texts()).filter((each) => each === text).length

describe('§0 a client that waits for a second, and tries four times', () => {
  test('is answered while the app it is made for keeps Charsu waiting, in a webhook and in a click', async () => {
    const button = { action: { get_dynamic_action: { data: {} } }, caption: 'Ask' }
    const sent = await bed.call('POST', bed.sendPath, {
      message: 'with a button',
      sender_buttons: { rows: [{ buttons: [button] }] },
    })
    await waitFor(() => app.underWay() === 1)
    const clicked = fetch(
      `${bed.node.url}/me/v1/conversations/${bed.conversationId}/messages/${sent.body.message_id}/click`,
      {
        method: 'POST',
        headers: { cookie: bed.seller.cookie, 'content-type': 'application/json', origin: bed.node.url },
        body: '{"row": 0, "column": 0}',
      },
    )
    await waitFor(() => app.underWay() === 2)
    // Nothing below can wait for the app: it answers only after all of it.
    const older = {
      user_id: bed.ids.seller,
      peer_id: bed.ids.buyer,
      post_token: bed.post.token,
      message: 'held up by nothing',
    }
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => send('held up by nothing')),
      bed.call('POST', '/v2/open-platform/chat/conversation', older),
      bed.call('GET', '/v1/open-platform/users'),
      bed.call('GET', '/v1/open-platform/finder/user-posts'),
      bed.call('GET', `/v1/open-platform/finder/post/${bed.post.token}`),
      bed.call('POST', '/experimental/open-platform/events/send?message=hello', ''),
      bed.call('POST', '/v1/open-platform/events/subscriptions', {
        event_type: 'NEW_MESSAGE_ON_POST',
        event_resource_id: bed.post.token,
      }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(app.underWay()).toBe(2)
    held.resolve()
    expect((await clicked).status).toBe(200)
  })

  test('with Idempotency-Key sends once, and gets the same answer every time', async () => {
    const answers = await fourTimes(() => send('once', { 'idempotency-key': 'first' }))
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [200, answers[0]?.body]),
    )
    expect(await count('once')).toBe(1)
  })

  test('also where it has hung up before the answer', async () => {
    const body = '{"message": "hung up"}'
    const headers = [
      `x-api-key: ${bed.app.key}`,
      `x-access-token: ${bed.accessToken}`,
      'Content-Type: application/json',
      'Idempotency-Key: hung up',
    ]
    for (let i = 0; i < TRIES - 1; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(bed.node.url).port), '127.0.0.1', () => {
          socket.write(rawRequest(`POST ${bed.sendPath} HTTP/1.1`, headers, body), () => socket.destroy())
        })
        socket.on('close', () => resolve())
      })
    }
    const last = await send('hung up', { 'idempotency-key': 'hung up' })
    expect(last.status).toBe(200)
    expect(await count('hung up')).toBe(1)
  })

  test('without a key every call that is accepted sends: a repeat is another message', async () => {
    const answers = await fourTimes(() => send('four times'))
    expect(new Set(answers.map(({ body }) => body.message_id)).size).toBe(TRIES)
    expect(await count('four times')).toBe(TRIES)
  })

  test('subscribes once however often it asks, in either form', async () => {
    const subscribe = () =>
      bed.call('POST', '/v1/open-platform/events/subscriptions', {
        event_type: 'NEW_MESSAGE_ON_POST',
        event_resource_id: bed.post.token,
      })
    const older = () =>
      bed.call('POST', '/v1/open-platform/notify/chat/post-conversations', {
        post_token: bed.post.token,
        endpoint: `${app.url}/listen`,
        identification_key: 'key',
      })
    const answers = [...(await fourTimes(subscribe)), ...(await fourTimes(older))]
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, {}]))
    held.resolve()
    const before = app.received.length
    await send('told of once')
    await waitFor(() => app.received.length === before + 2)
    expect(
      app.received
        .slice(before)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['/events', '/listen'])
  })

  test('and is refused the same way four times, which changes nothing', async () => {
    const host = hostClient(bed.node)
    await host('PUT', `/users/${bed.buyer.hostId}/blocks/${bed.seller.hostId}`)
    const before = await bed.texts()
    const calls = {
      blocked: () => send('never'),
      'blocked, in the older form': () =>
        bed.call('POST', '/v2/open-platform/chat/conversation', {
          user_id: bed.ids.seller,
          peer_id: bed.ids.buyer,
          post_token: bed.post.token,
          message: 'never',
        }),
      'without scope': () =>
        bed.call('POST', '/v1/open-platform/notify/chat/post-conversations', {
          post_token: 'another',
          endpoint: app.url,
          identification_key: 'key',
        }),
      invalid: () => send(''),
      unserved: () => bed.call('POST', '/v1/open-platform/addons/post/x', {}),
    }
    for (const [what, call] of Object.entries(calls)) {
      const answers = await fourTimes(call)
      const [first] = answers
      expect(first?.status, what).toBeGreaterThanOrEqual(400)
      expect(first?.status === 501 || (first?.status ?? 500) < 500, what).toBe(true)
      expect(answers.map(({ text }) => text)).toEqual(answers.map(() => first?.text))
    }
    expect(await bed.texts()).toEqual(before)
    await host('DELETE', `/users/${bed.buyer.hostId}/blocks/${bed.seller.hostId}`)
  })
})
