import { describe, expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import {
  type Answer,
  half,
  hangUp,
  json,
  page,
  refusal,
  type ScriptedServer,
  scriptedServer,
  silence,
} from '../../testing/scripted-server.ts'
import { Client } from './client.ts'
import type { ClientSettings } from './client-settings.ts'
import { NoAnswerError, RefusedError } from './errors.ts'

const POST = { token: 'gZk3xQ1a', state: 'PUBLISHED' }
const SENT = { status: 200, message: 'success', message_id: 'm1' }
const CONVERSATION = '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11'

function clientOf(server: { url: string }, settings: Partial<ClientSettings> = {}) {
  const time = new ManualTime()
  const client = new Client({ apiKey: 'ck_of_these_tests', baseUrl: server.url, time, ...settings })
  return { client, user: client.as('ca_of_these_tests'), time }
}

const keysOf = ({ received }: ScriptedServer): unknown[] =>
  received.map(({ headers }) => headers['idempotency-key'])

const notice = { message: 'Your visit is confirmed' }

describe('reading is tried again', () => {
  const passing: [string, Answer][] = [
    ['a connection that is closed without an answer', hangUp],
    ['half an answer', half('{"token": "gZk')],
    ['500', json(500, { code: 13, message: 'something went wrong' })],
    ['502 with a page', page(502, '<html><h1>502 Bad Gateway</h1></html>')],
    ['503 without JSON', page(503, 'upstream connect error')],
    ['JSON that ends too early', page(200, '{"token": "gZk3x')],
  ]
  test.each(passing)('after %s', async (_, fault) => {
    await using server = await scriptedServer(fault, fault, json(200, POST))
    const { client, time } = clientOf(server)
    expect(await client.getPost('gZk3xQ1a')).toEqual(POST)
    expect(server.received).toHaveLength(3)
    expect(time.waits).toHaveLength(2)
  })

  test('as often as the settings say, and then the last fault is thrown', async () => {
    await using server = await scriptedServer(page(502, 'first'), page(502, 'second'), page(503, 'third'))
    const { client } = clientOf(server, { retries: 2 })
    const error = await client.getPost('gZk3xQ1a').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(NoAnswerError)
    expect(error).toMatchObject({ stage: 'status', status: 503, attempts: 3, operation: 'getPost' })
    expect(error.message).toContain('"third"')
  })

  test('not at all when the settings say so', async () => {
    await using server = await scriptedServer(hangUp)
    const { client } = clientOf(server, { retries: 0 })
    await expect(client.getPost('gZk3xQ1a')).rejects.toMatchObject({ stage: 'connection', attempts: 1 })
  })

  test('when the time of an attempt is over', async () => {
    await using server = await scriptedServer(silence, json(200, POST))
    const { client, time } = clientOf(server)
    const post = client.getPost('gZk3xQ1a')
    await expect.poll(() => server.received.length).toBe(1)
    time.expire()
    expect(await post).toEqual(POST)
    expect(time.deadlines).toBe(0)
  })

  test('when an answer begins in time and does not end', async () => {
    const endless: Answer = (response) => {
      response.writeHead(200)
      response.write('{"token"')
    }
    await using server = await scriptedServer(endless)
    const { client, time } = clientOf(server, { retries: 0 })
    const post = client.getPost('gZk3xQ1a').catch((error) => error)
    await expect.poll(() => server.received.length).toBe(1)
    time.expire()
    expect(await post).toMatchObject({ stage: 'time_out', attempts: 1 })
  })
})

describe('a send', () => {
  test('carries one key over all its attempts, and another in the next send', async () => {
    await using server = await scriptedServer(hangUp, page(502, 'no'), json(200, SENT))
    const { user } = clientOf(server)
    await user.sendMessage(CONVERSATION, { message: 'Good evening' })
    await user.sendMessage(CONVERSATION, { message: 'Good evening' })
    const [first, second, third, other] = keysOf(server)
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect([second, third]).toEqual([first, first])
    expect(other).not.toBe(first)
  })

  test('carries the key that it is given', async () => {
    await using server = await scriptedServer(json(200, SENT))
    const { user } = clientOf(server)
    await user.sendMessage(CONVERSATION, { message: 'Good evening' }, { idempotencyKey: 'event-17' })
    expect(keysOf(server)).toEqual(['event-17'])
  })

  test('that got no answer tells the key, with which it may be sent again', async () => {
    await using server = await scriptedServer(hangUp)
    const { user } = clientOf(server, { retries: 0 })
    const error = await user.sendMessage(CONVERSATION, { message: 'Good evening' }).catch((thrown) => thrown)
    expect(error.idempotencyKey).toBe(keysOf(server)[0])
    expect(error.hint).toContain('idempotencyKey')
  })

  test('without keys is not repeated, when it may have gone out', async () => {
    await using server = await scriptedServer(hangUp)
    const { user } = clientOf(server, { idempotencyKeys: false })
    const sent = user.sendMessage(CONVERSATION, { message: 'Good evening' }, { idempotencyKey: 'event-17' })
    await expect(sent).rejects.toMatchObject({ stage: 'connection', attempts: 1, idempotencyKey: undefined })
    expect(keysOf(server)).toEqual([undefined])
  })

  test('without keys is repeated when it was put off', async () => {
    await using server = await scriptedServer(
      refusal(503, 14, 'try again', {}, { 'retry-after': '2' }),
      refusal(429, 8, 'wait', {}, { 'retry-after': '1' }),
      json(200, SENT),
    )
    const { user, time } = clientOf(server, { idempotencyKeys: false })
    expect(await user.sendMessage(CONVERSATION, { message: 'Good evening' })).toEqual(SENT)
    expect(time.waits).toEqual([2000, 1000])
  })
})

describe('a notice, which would go out twice', () => {
  test('is not repeated when its outcome is unknown', async () => {
    for (const fault of [hangUp, half('{'), page(502, 'no'), json(500, { code: 13, message: 'no' })]) {
      await using server = await scriptedServer(fault)
      const { user } = clientOf(server)
      await expect(user.sendEvent(notice)).rejects.toMatchObject({ attempts: 1 })
      expect(server.received).toHaveLength(1)
    }
  })

  test('is repeated while nobody listens', async () => {
    const gone = await scriptedServer(json(200, {}))
    await gone[Symbol.asyncDispose]()
    const { user, time } = clientOf(gone)
    await expect(user.sendEvent(notice)).rejects.toMatchObject({ stage: 'connect', attempts: 4 })
    expect(time.waits).toHaveLength(3)
  })
})

describe('Retry-After', () => {
  test('is obeyed, in seconds and as a date of the platform’s clock', async () => {
    const time = new ManualTime()
    const date = (): string => new Date(time.now() + 4000).toUTCString()
    await using server = await scriptedServer(
      refusal(429, 8, 'wait', {}, { 'retry-after': '7' }),
      (response, received) => refusal(429, 8, 'wait', {}, { 'retry-after': date() })(response, received),
      json(200, POST),
    )
    const client = new Client({ apiKey: 'ck_of_these_tests', baseUrl: server.url, time })
    await client.getPost('gZk3xQ1a')
    expect(time.waits).toEqual([7000, 4000])
  })

  test('that is too long to wait for is thrown at once, and says how long', async () => {
    await using server = await scriptedServer(
      refusal(429, 8, 'the day is used up', { reason: 'DAILY_QUOTA_EXCEEDED' }, { 'retry-after': '40000' }),
    )
    const { client, time } = clientOf(server)
    const error = await client.getPost('gZk3xQ1a').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(RefusedError)
    expect(error).toMatchObject({ status: 429, reason: 'DAILY_QUOTA_EXCEEDED', retryAfterMs: 40_000_000 })
    expect(time.waits).toEqual([])
  })
})

describe('the caller’s signal', () => {
  test('ends an attempt that is under way, and the server sees it go', async () => {
    let isGone = false
    await using server = await scriptedServer((response) => {
      response.on('close', () => {
        isGone = true
      })
    })
    const { client, time } = clientOf(server)
    const controller = new AbortController()
    const post = client.getPost('gZk3xQ1a', { signal: controller.signal }).catch((error) => error)
    await expect.poll(() => server.received.length).toBe(1)
    const reason = new Error('nobody waits any more')
    controller.abort(reason)
    expect(await post).toBe(reason)
    expect(time.deadlines).toBe(0)
    await expect.poll(() => isGone).toBe(true)
  })

  test('ends a wait between attempts', async () => {
    await using server = await scriptedServer(hangUp)
    const controller = new AbortController()
    const reason = new Error('nobody waits any more')
    const time = new ManualTime()
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
      if (ms < 20_000) controller.abort(reason)
      return time.sleep(ms, signal)
    }
    const { client } = clientOf(server, { time: { now: () => time.now(), sleep } })
    await expect(client.getPost('gZk3xQ1a', { signal: controller.signal })).rejects.toBe(reason)
    expect(server.received).toHaveLength(1)
  })

  test('that has been aborted before sends nothing', async () => {
    await using server = await scriptedServer(json(200, POST))
    const { client } = clientOf(server)
    await expect(client.getPost('gZk3xQ1a', { signal: AbortSignal.abort('too late') })).rejects.toBe(
      'too late',
    )
    expect(server.received).toHaveLength(0)
  })
})

test('a fetch that heeds no signal outlasts neither the time nor the caller', async () => {
  const time = new ManualTime()
  const deaf = (): Promise<Response> => new Promise(() => {})
  const client = new Client({ apiKey: 'ck_of_these_tests', fetch: deaf, time, retries: 0 })
  const timedOut = client.getPost('gZk3xQ1a').catch((error) => error)
  await expect.poll(() => time.deadlines).toBe(1)
  time.expire()
  expect(await timedOut).toMatchObject({ stage: 'time_out' })
  const controller = new AbortController()
  const aborted = client.getPost('gZk3xQ1a', { signal: controller.signal }).catch((error) => error)
  await expect.poll(() => time.deadlines).toBe(1)
  controller.abort('enough')
  expect(await aborted).toBe('enough')
})

test('a redirect is not followed, and the key stays where it is', async () => {
  await using other = await scriptedServer(json(200, POST))
  await using server = await scriptedServer(page(301, '', { location: `${other.url}/v1` }))
  const { client } = clientOf(server)
  const error = await client.getPost('gZk3xQ1a').catch((thrown) => thrown)
  expect(error).toMatchObject({ stage: 'redirect', status: 301, attempts: 1 })
  expect(error.message).toContain(`${other.url}/v1`)
  expect(other.received).toHaveLength(0)
})

test('an answer without end is not read to its end', async () => {
  const chunk = new Uint8Array(1024 * 1024)
  let chunks = 0
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks++
      controller.enqueue(chunk)
    },
    cancel() {
      isCancelled = true
    },
  })
  const client = new Client({ apiKey: 'ck_of_these_tests', fetch: async () => new Response(body) })
  await expect(client.getPost('gZk3xQ1a')).rejects.toMatchObject({ stage: 'answer', attempts: 1 })
  expect(chunks).toBeLessThan(20)
  expect(isCancelled).toBe(true)
})

describe('a source of tokens', () => {
  const tokenRefused = refusal(401, 16, 'the user token has expired', { reason: 'ACCESS_TOKEN_EXPIRED' })

  test('whose token is refused gives another, once', async () => {
    await using server = await scriptedServer(tokenRefused, json(200, { user_id: 'u1' }))
    const { client } = clientOf(server)
    let token = 'ca_first'
    const refused: string[] = []
    const source = {
      accessToken: async () => token,
      refused: async (which: string) => {
        refused.push(which)
        token = 'ca_second'
        return true
      },
    }
    expect(await client.as(source).getUser()).toEqual({ user_id: 'u1' })
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer ca_first',
      'Bearer ca_second',
    ])
    expect(refused).toEqual(['ca_first'])
  })

  test('is not asked a second time, so that a call ends', async () => {
    await using server = await scriptedServer(tokenRefused)
    const { client } = clientOf(server)
    const source = { accessToken: async () => 'ca_any', refused: async () => true }
    await expect(client.as(source).getUser()).rejects.toMatchObject({ reason: 'ACCESS_TOKEN_EXPIRED' })
    expect(server.received).toHaveLength(2)
  })

  test('is not asked when it is the key that is wrong', async () => {
    await using server = await scriptedServer(refusal(401, 16, 'unknown key', { reason: 'API_KEY_UNKNOWN' }))
    const { client } = clientOf(server)
    const source = {
      accessToken: async () => 'ca_any',
      refused: () => Promise.reject(new Error('was asked')),
    }
    await expect(client.as(source).getUser()).rejects.toMatchObject({ reason: 'API_KEY_UNKNOWN' })
  })
})

describe('what a call is given', () => {
  test.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY, '5s' as never])(
    'a time of %j is refused',
    async (timeoutMs) => {
      await using server = await scriptedServer(json(200, POST))
      const { client } = clientOf(server)
      await expect(client.getPost('gZk3xQ1a', { timeoutMs })).rejects.toThrow(
        'timeoutMs must be a whole number from 1',
      )
      expect(server.received).toEqual([])
    },
  )

  test('a signal that is over already sends nothing, and asks nobody for a token', async () => {
    await using server = await scriptedServer(json(200, POST))
    const { client } = clientOf(server)
    const reason = new Error('the user went away')
    const signal = AbortSignal.abort(reason)
    const source = { accessToken: () => Promise.reject(new Error('was asked')) }
    await expect(client.as(source).getUser({ signal })).rejects.toBe(reason)
    await expect(client.getPost('gZk3xQ1a', { signal })).rejects.toBe(reason)
    expect(server.received).toEqual([])
  })
})
