import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { describe, expect, test } from 'vitest'
import type { AppAnswer } from '../../testing/clicked-app.ts'
import { useDevelopmentBed } from '../../testing/development-bed.ts'
import { systemClock } from '../clock.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createOutbound } from '../outbound/call-app.ts'
import type { TriggerAnswer } from './answers.ts'
import { triggerApp } from './trigger-app.ts'

const bed = useDevelopmentBed()

const trigger = (call: string, more: Record<string, unknown> = {}) =>
  bed.dev<TriggerAnswer>('POST', `/apps/${bed.made.slug}/trigger`, { call, body: { hello: 'app' }, ...more })

describe('a triggered call is as the platform’s own', () => {
  test('an event: key, signature, id and attempt, and the body as it was given', async () => {
    const outcome = await trigger('event', {
      body: { type: 'NEW_MESSAGE', new_message: { text: 'سلام', n: null } },
    })
    expect(outcome).toMatchObject({ url: bed.made.events_url, status: 200, failure: null, effect: null })
    const [call] = bed.app.received
    expect(call?.text).toBe('{"type":"NEW_MESSAGE","new_message":{"text":"سلام","n":null}}')
    expect(call?.headers).toMatchObject({
      authorization: bed.made.identification_key,
      'content-type': 'application/json',
      'user-agent': 'Charsu',
      'webhook-id': outcome.id,
      'charsu-attempt': '1',
    })
    expect(outcome.id).toMatch(/^evt_/)
    const verdict = verifyWebhook({
      headers: call?.headers ?? {},
      body: call?.text ?? '',
      secrets: [bed.made.webhook_secret],
      now: Date.now() / 1000,
    })
    expect(verdict).toEqual({ ok: true })
  })

  test('a session of either version, whatever the app’s own, and an action', async () => {
    bed.appSays({ body: { url: 'https://app.example/plan' } })
    expect((await trigger('session', { session_version: 2 })).effect).toEqual({
      open_url: 'https://app.example/plan',
    })
    await trigger('session', { session_version: 1 })
    bed.appSays({ body: { text_message: 'done', action: { open_direct_link: 'https://app.example/' } } })
    expect((await trigger('action')).effect).toEqual({
      toast: 'done',
      action: { open_direct_link: 'https://app.example/' },
    })
    expect(bed.app.received.map(({ path, headers }) => [path, headers['api-version']])).toEqual([
      ['/charsu/sessions', '2'],
      ['/charsu/sessions', undefined],
      ['/charsu/actions', undefined],
    ])
    expect(bed.app.received[0]?.headerLines).toContain('API-Version: 2')
  })

  test('nothing of it is stored as a delivery or a click', async () => {
    await trigger('event')
    await trigger('action')
    const { rows } = await bed.node.database.pool.query(
      `select (select count(*) from delivery_queue) + (select count(*) from delivery_history)
         + (select count(*) from clicks c join apps a on a.id = c.app_id where a.slug = $1) as found`,
      [bed.made.slug],
    )
    expect(rows).toEqual([{ found: 0 }])
  })
})

describe('an app that does not do what it should is told of with cause and fix', () => {
  const SAID: [what: string, call: string, says: AppAnswer, stage: string, reason: RegExp][] = [
    [
      'a failure',
      'event',
      { status: 500, body: 'Traceback…' },
      'status',
      /500: its handler failed; see its log/,
    ],
    ['a stranger', 'event', { status: 401 }, 'status', /401.*identification key.*webhook secret/],
    ['nothing there', 'event', { status: 404 }, 'status', /nothing is served for POST \/charsu\/events/],
    [
      'a redirect',
      'event',
      { status: 302, headers: { location: '/elsewhere' } },
      'status',
      /redirects are not followed/,
    ],
    ['a teapot', 'event', { status: 418 }, 'status', /only 2xx is success/],
    ['a page', 'session', { body: '<html>hello</html>' }, 'answer', /not a JSON object/],
    ['an empty object', 'session', { body: {} }, 'answer', /no "url"/],
    ['a script', 'session', { body: { url: 'javascript:alert(1)' } }, 'answer', /"url"/],
    ['a wrong action', 'action', { body: { action: { open_direct_link: 7 } } }, 'answer', /open_direct_link/],
    [
      'a megabyte',
      'action',
      { body: 'x'.repeat(1_000_000) },
      'answer',
      /more than 16384 bytes: send a shorter one/,
    ],
  ]
  test.each(SAID)('%s as answer to %s', async (_, call, says, stage, reason) => {
    bed.appSays(says)
    const outcome = await trigger(call)
    expect(outcome.failure).toEqual({ stage, reason: expect.stringMatching(reason) })
    expect(outcome.status).toBe(says.status ?? 200)
    expect(outcome.effect).toBeNull()
    expect(outcome.answer?.length ?? 0).toBeLessThanOrEqual(16 * 1024)
  })

  test('to an event an HTML page of a megabyte is as good as any other 200', async () => {
    bed.appSays({ body: `<html>${'x'.repeat(1_000_000)}`, headers: { 'content-type': 'text/html' } })
    expect(await trigger('event')).toMatchObject({ status: 200, truncated: true, failure: null })
  })

  test('nothing listens', async () => {
    await bed.app.close()
    expect((await trigger('event')).failure).toEqual({
      stage: 'connect',
      reason: `nothing listens at ${bed.app.url}: start your app there, or set its URL with PUT /dev/v1/apps/${bed.made.slug}`,
    })
  })

  test('it hangs', async () => {
    bed.appSays('hang')
    const outbound = createOutbound({
      guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
      clock: systemClock,
      log: { warn() {} },
    })
    const hasty = {
      call: (call: Parameters<typeof outbound.call>[0]) => outbound.call({ ...call, deadlineMs: 50 }),
    }
    const deps = { db: bed.node.db, clock: systemClock, outbound: hasty }
    const outcome = await triggerApp(deps, { slug: bed.made.slug, call: 'action', body: {} })
    expect(outcome).toMatchObject({ status: null, answer: null, failure: { stage: 'timeout' } })
    expect(outcome.failure?.reason).toContain('people wait for the answer to a click')
    await outbound.close()
  })

  test('it does not speak HTTP, or hangs up', async () => {
    for (const [words, stage, reason] of [
      ['220 mail.example ESMTP\r\n', 'protocol', /does not answer in HTTP; check the port/],
      ['', 'reset', /your app ended the connection/],
    ] as const) {
      const server = createServer((socket) => void socket.on('error', () => {}).end(words))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      await bed.dev('PUT', `/apps/${bed.made.slug}`, {
        events_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      })
      const { failure } = await trigger('event')
      expect(failure).toEqual({ stage, reason: expect.stringMatching(reason) })
      server.close()
    }
  })
})

test.each([
  [{ body: {} }, 'call'],
  [{ call: 'evnt', body: {} }, 'call'],
  [{ call: 'event' }, 'body'],
  [{ call: 'event', body: [] }, 'body'],
  [{ call: 'session', session_version: 3, body: {} }, 'session_version'],
])('%j is refused, naming %s', async (body, field) => {
  const answer = await bed.fetchDev('POST', `/apps/${bed.made.slug}/trigger`, body)
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(`"field":"${field}"`)])
  expect(bed.app.received).toEqual([])
})
