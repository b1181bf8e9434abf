import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../../packages/server/testing/wait-for.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'
import { type HandlerApp, startHandlerApp } from './handler-app.ts'

let bed: ClientBed
let app: HandlerApp
let answer = ''

beforeAll(async () => {
  app = await startHandlerApp(() => ({ text: answer }))
  bed = await openClientBed({
    app: {
      eventsUrl: `${app.url}/events`,
      sessionInitializationUrl: `${app.url}/session`,
      dynamicActionUrl: `${app.url}/action`,
    },
  })
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const ANSWERS = ['', '{}', '{"status": "403"}', '{"status": 500, "message": "no"}', 'null', 'ok', '[]']

async function click(kind: string): Promise<{ result: Record<string, unknown>; reason: string | null }> {
  const { body } = await bed.call('POST', bed.sendPath, {
    message: 'with a button',
    sender_buttons: { rows: [{ buttons: [{ caption: 'Go', action: { [kind]: { data: {} } } }] }] },
  })
  const path = `/me/v1/conversations/${bed.conversationId}/messages/${body.message_id}/click`
  const response = await fetch(bed.node.url + path, {
    method: 'POST',
    headers: { cookie: bed.seller.cookie, 'content-type': 'application/json', origin: bed.node.url },
    body: '{"row": 0, "column": 0}',
  })
  const row = await bed.node.db
    .selectFrom('clicks')
    .select('reason')
    .where('message_id', '=', String(body.message_id))
    .executeTakeFirstOrThrow()
  return { result: (await response.json()) as Record<string, unknown>, reason: row.reason }
}

describe('§3 and §5 an app that answers 200 and nothing, or 200 and a status of its own inside', () => {
  test('a webhook is delivered by its status, whatever its answer says', async () => {
    const subscribed = await bed.call('POST', '/v1/open-platform/events/subscriptions', {
      event_type: 'NEW_MESSAGE_ON_POST',
      event_resource_id: bed.post.token,
    })
    expect(subscribed.status).toBe(200)
    for (const [i, said] of ANSWERS.entries()) {
      answer = said
      await bed.call('POST', bed.sendPath, { message: `message ${i}` })
      await waitFor(() => app.received.length === i + 1)
    }
    const finished = await waitFor(async () => {
      const { rows } = await bed.node.database.pool.query('select state, attempts from delivery_history')
      return rows.length === ANSWERS.length ? rows : undefined
    })
    expect(finished).toEqual(ANSWERS.map(() => ({ state: 'delivered', attempts: 1 })))
    await bed.node.database.pool.query('update subscriptions set ended_at = now()')
  })

  test.each([
    ['', { outcome: 'done' }, null],
    ['{}', { outcome: 'done' }, null],
    ['{"status": "403"}', { outcome: 'done' }, null],
    ['{"status": 403, "message": "no", "action": null, "text_message": ""}', { outcome: 'done' }, null],
    ['{"status": "403", "text_message": "not now"}', { outcome: 'toast', toast: 'not now' }, null],
    ['ok', { outcome: 'failed' }, 'NOT_JSON'],
  ])('a dynamic action answered with %s', async (said, expected, reason) => {
    answer = said
    expect(await click('get_dynamic_action')).toMatchObject({ result: expected, reason })
  })

  test.each([
    ['', { outcome: 'failed' }, 'NO_URL'],
    ['{}', { outcome: 'failed' }, 'NO_URL'],
    ['ok', { outcome: 'failed' }, 'NOT_JSON'],
    ['{"status": "403"}', { outcome: 'failed' }, 'NO_URL'],
    ['{"status": "403", "message": "no", "url": ""}', { outcome: 'failed' }, 'NO_URL'],
    [
      '{"status": "403", "message": "no", "url": "https://app.example/"}',
      { outcome: 'opened', open_url: 'https://app.example/' },
      null,
    ],
    [
      '{"status": 200, "url": "https://app.example/"}',
      { outcome: 'opened', open_url: 'https://app.example/' },
      null,
    ],
    ['{"status": "403", "text_message": "not now"}', { outcome: 'toast', toast: 'not now' }, null],
  ])('a session initialization answered with %s', async (said, expected, reason) => {
    answer = said
    expect(await click('open_server_link')).toMatchObject({ result: expected, reason })
  })
})
