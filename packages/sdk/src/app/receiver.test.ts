import { dynamicActionRequest } from '@charsu/protocol/dynamic-action'
import { userAccessRevocationEvent } from '@charsu/protocol/events'
import { sessionRequestV1, sessionRequestV2 } from '@charsu/protocol/session-initialization'
import fc from 'fast-check'
import * as Type from 'typebox'
import { describe, expect, test } from 'vitest'
import {
  appHarness,
  CONVERSATION,
  callTo,
  chatbotMessage,
  OTHER_CONVERSATION,
  postMessage,
} from '../../testing/app-harness.ts'
import { action, serverLink } from '../buttons/click-target.ts'
import { realTime } from '../client/time.ts'
import { scope } from '../oauth/scope.ts'
import { MemoryEvents } from '../stores/memory-events.ts'
import type { HandlerError } from './app-errors.ts'
import { EventDesk } from './event-desk.ts'

const click = (data: Record<string, unknown> = {}) =>
  dynamicActionRequest({ touchpoint: 'CHAT', userId: 'u1', data, conversationId: CONVERSATION })
const visit = (data: Record<string, unknown> = {}) => ({
  source: 'CHAT_MESSAGE_ACTION',
  userId: 'u1',
  data,
  returnUrl: 'http://charsu.test/completion',
})
const errorOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as { error: string }).error,
]
/** A promise that somebody else settles. */
function gate() {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, passed }
}

describe('who is not the platform', () => {
  test('has not the identification key, and is told what to set', async () => {
    const { app, event, action: press, session } = appHarness()
    let ran = false
    app.use(() => {
      ran = true
    })
    for (const authorization of [null, '', 'the-ke', 'the-key2', 'Bearer the-key', 'THE-KEY']) {
      for (const call of [event, press, session]) {
        const [status, error] = await errorOf(await call(postMessage(), { authorization }))
        expect(status).toBe(401)
        expect(error).toContain('set CHARSU_IDENTIFICATION_KEY')
        expect(error).not.toContain('the-key')
      }
    }
    expect(ran).toBe(false)
  })

  test('signs with another secret, over another body, or too long ago', async () => {
    const { event, clock } = appHarness()
    const now = clock.now / 1000
    for (const [signed, why] of [
      [{ secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, /another secret, or over another body/],
      [{ over: '{"type":"NEW_MESSAGE"}' }, /another secret, or over another body/],
      [{ at: now - 301 }, /older than 5 minutes/],
      [{ at: now + 301 }, /from the future/],
    ] as const) {
      const [status, error] = await errorOf(await event(postMessage(), { webhookId: 'd1', signed }))
      expect(status).toBe(401)
      expect(error).toMatch(why)
    }
    expect((await event(postMessage(), { webhookId: 'd1', signed: {} })).status).toBe(200)
  })

  test('of the platforms that do not sign, the key is enough', async () => {
    const { event } = appHarness()
    expect((await event(postMessage())).status).toBe(200)
  })

  test('during a rotation both secrets are good', async () => {
    const webhookSecrets = [
      'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ]
    const { event } = appHarness({ webhookSecrets })
    for (const secret of webhookSecrets) {
      expect((await event(postMessage(), { webhookId: secret, signed: { secret } })).status).toBe(200)
    }
  })
})

describe('what is no event', () => {
  test('is refused, naming every wrong field', async () => {
    const { event } = appHarness()
    const { new_message } = postMessage()
    for (const [body, why] of [
      ['', /not JSON/],
      ['{', /not JSON/],
      ['[]', /not an object/],
      ['null', /not an object/],
      ['"x"', /not an object/],
      [{}, /no "type"/],
      [{ type: 7 }, /no "type"/],
      [{ type: 'NEW_MESSAGE' }, /new_message is required/],
      [{ type: 'NEW_MESSAGE', new_message: { ...new_message, id: 7 } }, /new_message.id must be a string/],
      [
        { type: 'NEW_MESSAGE', new_message: { ...new_message, sender: { type: 'HUMAN' } } },
        /new_message.sender.side is required/,
      ],
      [
        { type: 'NEW_MESSAGE', new_message: { ...new_message, conversation: { id: 'x', type: 'POST' } } },
        /conversation.post_token is required/,
      ],
      [{ type: 'POST_UPDATE', post_update: { type: 'GONE', post: {} } }, /post_update.type is "GONE"/],
      [{ type: 'USER_ACCESS_REVOCATION', user_access_revocation: {} }, /user_id is required/],
    ] as const) {
      const [status, error] = await errorOf(await event(body))
      expect([status, why.test(error) || error]).toEqual([400, true])
    }
  })

  test('is too large, whether it says so or not', async () => {
    const { app, event } = appHarness()
    expect((await event('x'.repeat(1024 * 1024 + 1))).status).toBe(413)
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    })
    const request = new Request('http://app.test/charsu/events', {
      method: 'POST',
      headers: { authorization: 'the-key' },
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await app.fetch(request)).status).toBe(413)
  })

  test('is not UTF-8, or was read by somebody before', async () => {
    const { app, clock } = appHarness()
    const bytes = new Request('http://app.test/charsu/events', {
      method: 'POST',
      headers: { authorization: 'the-key' },
      body: new Uint8Array([0x7b, 0xff, 0x7d]),
    })
    expect((await errorOf(await app.fetch(bytes)))[1]).toContain('not UTF-8')
    const read = callTo('/charsu/events', postMessage(), {}, clock.now)
    await read.text()
    expect((await errorOf(await app.fetch(read)))[1]).toContain('nothing before it that parses bodies')
  })

  test('never makes the app throw, whatever it is', async () => {
    const { app, event, action: press, session } = appHarness()
    app.on('event', () => {})
    app.on('action', () => {})
    app.on('session', (ctx) => ctx.toast('x'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(event, press, session),
        fc.oneof(
          fc.json(),
          fc.record(
            {
              type: fc.constantFrom('NEW_MESSAGE', 'POST_UPDATE', 'NEW_CHATBOT_MESSAGE', '__proto__', 'x'),
              new_message: fc.anything(),
              new_chatbot_message: fc.anything(),
              post_update: fc.anything(),
              user_id: fc.oneof(fc.string(), fc.anything()),
              extra_data: fc.anything(),
            },
            { requiredKeys: [] },
          ),
        ),
        async (call, body) => {
          const text =
            typeof body === 'string'
              ? body
              : JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? String(value) : value))
          expect([200, 400]).toContain((await call(text)).status)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('goes to no other place, by no other method', async () => {
    const { app } = appHarness()
    const status = async (path: string, init?: RequestInit): Promise<number> =>
      (await app.fetch(new Request(`http://app.test${path}`, init))).status
    expect(await status('/')).toBe(404)
    expect(await status('/charsuevents', { method: 'POST' })).toBe(404)
    expect(await status('/charsu/nothing')).toBe(404)
    expect(await status('/charsu/events')).toBe(405)
    expect(await status('/charsu/callback', { method: 'POST' })).toBe(405)
    expect(await status('/charsu/callback', { method: 'HEAD' })).toBe(405)
    expect(await status('/charsu', { method: 'HEAD' })).toBe(200)
    const about = await app.fetch(new Request('http://app.test/charsu'))
    expect(await about.json()).toMatchObject({ events_url: 'http://app.test/charsu/events' })
    const { app: other } = appHarness({ fallback: () => new Response('my page') })
    expect(await (await other.fetch(new Request('http://app.test/'))).text()).toBe('my page')
  })

  test('to a wrong address is not taken for handled, and is told the right one', async () => {
    const { post } = appHarness()
    for (const path of ['/charsu', '/charsu/', '/charsu/events/', '/charsu/event', '/api/charsu/events']) {
      const [status, why] = await errorOf(await post(path, postMessage()))
      expect([path, status, why]).toEqual([path, 404, expect.stringContaining(' /charsu/events,')])
    }
  })
})

describe('an event that comes twice', () => {
  test('is handled once, one after the other or at once', async () => {
    const { app, event } = appHarness()
    const { open, passed } = gate()
    let runs = 0
    app.on('message', async () => {
      runs += 1
      await passed
    })
    const message = postMessage()
    const both = [event(message, { webhookId: 'd1' }), event(message, { webhookId: 'd1' })]
    open()
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
    const later = await event(message, { webhookId: 'd1' })
    expect(await later.json()).toEqual({ duplicate: true })
    expect(runs).toBe(1)
  })

  test('without webhook-id is known by its message', async () => {
    const { app, event } = appHarness()
    let runs = 0
    app.on('event', () => {
      runs += 1
    })
    for (const message of [postMessage(), chatbotMessage('hi')]) {
      await event(message)
      await event(message)
    }
    expect(runs).toBe(2)
    await event(userAccessRevocationEvent('u1'))
    await event(userAccessRevocationEvent('u1'))
    expect(runs).toBe(4)
  })

  test('is handled again after its handler failed', async () => {
    const { app, event } = appHarness()
    let runs = 0
    app.on('message', () => {
      runs += 1
      if (runs === 1) throw new Error('not yet')
    })
    const message = postMessage()
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await event(message, { webhookId: 'd1' })).status)
    expect([statuses, runs]).toEqual([[500, 200, 200], 2])
  })

  test('at once shares the outcome of the first, be it a failure', async () => {
    const desk = new EventDesk({ store: new MemoryEvents(), time: realTime, report: () => {} })
    let runs = 0
    const work = async () => {
      runs += 1
      return runs > 1
    }
    const handle = () => desk.handle('d1', 'lane', work)
    expect(await Promise.all([handle(), handle(), handle()])).toEqual(['failed', 'failed', 'failed'])
    expect([await handle(), await handle(), runs]).toEqual(['done', 'duplicate', 2])
  })

  test('while another process is at it, is asked for again', async () => {
    const events = new MemoryEvents()
    await events.take('d1')
    const { app, event } = appHarness({ events })
    app.on('message', () => {
      throw new Error('never')
    })
    expect((await event(postMessage(), { webhookId: 'd1' })).status).toBe(409)
    await events.done('d1')
    expect((await event(postMessage(), { webhookId: 'd1' })).status).toBe(200)
  })

  test('with a store that is away, is asked for again', async () => {
    const away = (): never => {
      throw new Error('the store is away')
    }
    const { event, reported } = appHarness({ events: { take: away, done: away, release: away } })
    expect((await event(postMessage(), { webhookId: 'd1' })).status).toBe(500)
    expect(reported.map(({ message }) => message)).toEqual(['the store is away'])
  })
})

describe('order', () => {
  test('is kept in a conversation, and another does not wait', async () => {
    const { app, event } = appHarness()
    const { open, passed } = gate()
    const seen: string[] = []
    app.on('message', async (ctx) => {
      seen.push(`begin ${ctx.text}`)
      if (ctx.text === '1') await passed
      seen.push(`end ${ctx.text}`)
    })
    const say = (text: string, conversationId: string) =>
      event(postMessage({ content: { text }, conversationId }))
    const slow = [say('1', CONVERSATION), say('2', CONVERSATION), say('3', CONVERSATION)]
    await say('other', OTHER_CONVERSATION)
    expect(seen).toEqual(['begin 1', 'begin other', 'end other'])
    open()
    await Promise.all(slow)
    expect(seen.slice(3)).toEqual(['end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
  })

  test('of a conversation goes on after a failure', async () => {
    const { app, event } = appHarness()
    const seen: unknown[] = []
    app.on('message', (ctx) => {
      seen.push(ctx.text)
      if (ctx.text === '1') throw new Error('no')
    })
    await Promise.all(['1', '2'].map((text) => event(postMessage({ content: { text } }))))
    expect(seen).toEqual(['1', '2'])
  })

  test('goes on after a minute without a handler that never ends, which counts as failed', async () => {
    const { app, event, clock, reported } = appHarness()
    const begun = gate()
    const seen: unknown[] = []
    let stuck = true
    app.on('message', async (ctx) => {
      seen.push(ctx.text)
      begun.open()
      if (ctx.text === '1' && stuck) await new Promise(() => {})
    })
    const first = postMessage({ content: { text: '1' } })
    const hung = event(first, { webhookId: 'd1' })
    const joined = event(first, { webhookId: 'd1' })
    const waiting = event(postMessage({ content: { text: '2' } }))
    await begun.passed
    clock.now += 60_000
    const next = event(postMessage({ content: { text: '3' } }))
    const statuses = (await Promise.all([hung, joined, waiting, next])).map(({ status }) => status)
    expect([statuses, seen]).toEqual([
      [500, 500, 200, 200],
      ['1', '2', '3'],
    ])
    expect(reported[0]?.message).toContain('a handler of message threw (d1): it has not ended after 60 s')
    stuck = false
    expect((await event(first, { webhookId: 'd1' })).status).toBe(200)
    expect(seen.at(-1)).toBe('1')
  })

  test('goes on after a minute without a store that never answers', async () => {
    const begun = gate()
    const never = new Promise<never>(() => {})
    const take = (): Promise<never> => {
      begun.open()
      return never
    }
    const events = { take, done: () => never, release: () => never }
    const { event, clock, reported } = appHarness({ events })
    const hung = event(postMessage(), { webhookId: 'd1' })
    await begun.passed
    clock.now += 60_000
    const again = event(postMessage(), { webhookId: 'd1' })
    expect((await Promise.all([hung, again])).map(({ status }) => status)).toEqual([500, 500])
    expect(reported[0]?.message).toContain('it has not ended after 60 s')
  })

  test('does not hold up clicks, which people wait for', async () => {
    const { app, event, action: press } = appHarness()
    const { open, passed } = gate()
    app.on('message', () => passed)
    app.on('action', (ctx) => ctx.toast('at once'))
    const slow = event(postMessage())
    expect(await (await press(click())).json()).toEqual({ text_message: 'at once' })
    open()
    await slow
  })
})

describe('a handler that throws', () => {
  test('is told to the boundary, with what it was about, and the event comes again', async () => {
    const { app, event, reported } = appHarness()
    const caught: HandlerError[] = []
    app.catch((error) => {
      caught.push(error)
    })
    app.on('message', () => {
      throw new Error('no disk')
    })
    const response = await event(postMessage(), { webhookId: 'd1' })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('no disk')
    expect(caught[0]).toMatchObject({ name: 'HandlerError', kind: 'message', id: 'd1' })
    expect(caught[0]?.message).toBe('a handler of message threw (d1): no disk')
    expect(caught[0]?.ctx?.kind).toBe('message')
    expect(reported).toEqual([])
  })

  test('may be taken care of, and then the event does not come again', async () => {
    const { app, event } = appHarness()
    app.catch(() => 'handled')
    app.on('message', () => {
      throw new Error('poison')
    })
    expect((await event(postMessage())).status).toBe(200)
  })

  test('and a boundary that throws too are both reported', async () => {
    const { app, event, reported } = appHarness()
    app.catch(() => {
      throw new Error('the boundary')
    })
    app.on('message', () => Promise.reject('a text'))
    expect((await event(postMessage())).status).toBe(500)
    expect(reported.map(({ message }) => message)).toEqual([
      expect.stringContaining('threw (NEW_MESSAGE:'),
      'the boundary',
    ])
  })

  test('and a report that throws too do no harm', async () => {
    const { app, event } = appHarness({
      report: () => {
        throw new Error('no log')
      },
    })
    app.on('message', () => {
      throw new Error('x')
    })
    expect((await event(postMessage())).status).toBe(500)
  })

  test('after a click, the boundary may say something, and what was said before is not so', async () => {
    const { app, action: press, session } = appHarness()
    app.catch((error) => {
      if (error.ctx?.kind === 'action') error.ctx.toast('Try again')
    })
    app.on('action', (ctx) => {
      ctx.toast('Saved')
      throw new Error('x')
    })
    app.on('session', () => {
      throw new Error('x')
    })
    expect(await (await press(click())).json()).toEqual({ text_message: 'Try again' })
    expect((await session(sessionRequestV1(visit()))).status).toBe(500)
  })
})

test('a handler slower than the platform waits is reported, for nobody else tells', async () => {
  const { app, event, action: press, clock, reported } = appHarness()
  app.use(async (ctx, next) => {
    await next()
    clock.now += ctx.kind === 'action' ? 5001 : 10_001
  })
  app.on('action', (ctx) => ctx.toast('late'))
  await press(click())
  await event(postMessage())
  expect(reported.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^a handler of action took 5001 ms .* waits 5000 ms: .*answer first, and send later$/,
    ),
    expect.stringMatching(/^a handler of message took 10001 ms .* waits 10000 ms/),
  ])
})

describe('clicks that cannot be answered', () => {
  const pick = action('pick', Type.Object({ day: Type.String() }))

  test('with a payload that breaks the schema, before the handler runs', async () => {
    const { app, action: press, reported } = appHarness()
    let ran = false
    app.action(pick, () => {
      ran = true
    })
    const [status, error] = await errorOf(await press(click({ action: 'pick', data: { day: 7 } })))
    expect(status).toBe(400)
    expect(error).toMatch(/"pick".*day must be a string, but is a number.*Buttons drawn before/)
    expect([ran, reported.length]).toEqual([false, 1])
  })

  test('for which there is no handler, saying what to write', async () => {
    const { action: press, session } = appHarness()
    expect(await errorOf(await press(click({ action: 'pick' })))).toEqual([
      404,
      expect.stringContaining('write app.action(pick'),
    ])
    expect(await errorOf(await press(click({ own: 1 })))).toEqual([
      404,
      expect.stringContaining("app.on('action'"),
    ])
    expect(await errorOf(await session(sessionRequestV1(visit({ action: 'plan' }))))).toEqual([
      404,
      expect.stringContaining('write app.session(plan'),
    ])
  })

  test('a handler that says nothing is fine for an action, and a mistake for a session', async () => {
    const { app, action: press, session } = appHarness()
    app.on('action', () => {})
    app.on('session', () => {})
    expect(await (await press(click())).json()).toEqual({})
    expect(await errorOf(await session(sessionRequestV2(visit()), { apiVersion: '2' }))).toEqual([
      500,
      expect.stringContaining('call ctx.open(url) or ctx.toast(text)'),
    ])
  })

  test('wrong use in a handler says what to write instead', async () => {
    const { app, action: press, session, reported } = appHarness()
    const plan = serverLink('plan')
    app.session(plan, (ctx) => {
      ctx.toast('Hello')
      ctx.open('https://app.test/')
    })
    app.action('twice', (ctx) => {
      ctx.toast('1')
      ctx.toast('2')
    })
    app.action('open', (ctx) => ctx.open('app.test/plan'))
    app.action('both', (ctx) => {
      ctx.run(plan)
      ctx.open('https://app.test/')
    })
    await session(sessionRequestV1(visit({ action: 'plan' })))
    for (const name of ['twice', 'open', 'both']) await press(click({ action: name }))
    expect(reported.map(({ message }) => message)).toEqual([
      expect.stringContaining('call either ctx.open or ctx.toast'),
      expect.stringContaining('put both into one text'),
      expect.stringContaining('give the whole address, with https://'),
      expect.stringContaining('call ctx.open or ctx.run once'),
    ])
  })

  test('a toast that comes after the answer is refused, and says why', async () => {
    const { app, action: press } = appHarness()
    const { open, passed } = gate()
    const late = gate()
    let error: unknown
    app.on('action', (ctx) => {
      void passed.then(() => {
        try {
          ctx.toast('late')
        } catch (thrown) {
          error = thrown
        }
        late.open()
      })
    })
    await press(click())
    open()
    await late.passed
    expect(String(error)).toContain('await everything that the handler does')
  })

  test('of neither version, or of the other one than was set', async () => {
    const { action: press, session } = appHarness()
    expect(await errorOf(await press({ extra_data: {} }))).toEqual([400, expect.stringContaining('user_id')])
    expect((await errorOf(await session(sessionRequestV2(visit()))))[1]).toContain('callback_url is required')
    expect((await errorOf(await session(sessionRequestV1(visit()), { apiVersion: '2' })))[1]).toContain(
      'return_url is required',
    )
  })
})

describe('what this version does not know', () => {
  test('is answered with 200, and reported once a type', async () => {
    const { event, reported } = appHarness()
    for (const type of ['PAYMENT_TRANSACTION', 'PAYMENT_TRANSACTION', 'NEW_THING']) {
      expect((await event({ type, x: 1 })).status).toBe(200)
    }
    const { new_message } = postMessage()
    const sticker = { type: 'NEW_MESSAGE', metadata: {}, new_message: { ...new_message, type: 'STICKER' } }
    expect((await event(sticker)).status).toBe(200)
    expect(reported.map(({ message }) => /"(\w+)"/.exec(message)?.[1])).toEqual([
      'PAYMENT_TRANSACTION',
      'NEW_THING',
      'NEW_MESSAGE',
    ])
  })

  test('can be handled all the same', async () => {
    const { app, event, reported } = appHarness()
    const seen: unknown[] = []
    app.on('event', (ctx) => {
      if (ctx.kind === 'unknown') seen.push(ctx.type, ctx.body.x)
    })
    await event({ type: 'NEW_THING', x: 1 })
    expect([seen, reported]).toEqual([['NEW_THING', 1], []])
  })

  test('fields that are not known do no harm, and can be read', async () => {
    const { app, event } = appHarness()
    const raw: unknown[] = []
    app.on('message:text', (ctx) => raw.push(ctx.raw))
    const message = { ...postMessage(), brand_new: true }
    expect((await event(message)).status).toBe(200)
    expect(raw[0]).toMatchObject({ brand_new: true })
  })
})

describe('a revocation', () => {
  test('that comes late leaves a newer consent alone', async () => {
    let alive = ''
    const { event, allow, grants } = appHarness({}, ({ path, headers }) =>
      path.startsWith('/v1/open-platform/users') && headers.get('authorization') !== `Bearer ${alive}`
        ? Response.json({ code: 16, message: 'gone', details: [] }, { status: 401 })
        : undefined,
    )
    await allow([scope.userId], { userId: 'u1' })
    const newer = await allow([scope.userId], { userId: 'u1' })
    alive = newer.accessToken
    expect((await event(userAccessRevocationEvent('u1'))).status).toBe(200)
    expect((await grants.ofUser('u1')).map(({ id }) => id)).toEqual([newer.id])
  })

  test('while the platform is away is asked for again, and nothing is deleted', async () => {
    const { event, allow, grants } = appHarness({}, () => new Response('down', { status: 503 }))
    await allow([scope.userId], { userId: 'u1' })
    expect((await event(userAccessRevocationEvent('u1'))).status).toBe(500)
    expect(await grants.ofUser('u1')).toHaveLength(1)
  })
})

test('hostile text reaches the handler as it is', async () => {
  const { app, event } = appHarness()
  const texts = [
    '<script>alert(1)</script>',
    '‮evil',
    '{"type":"x"}',
    '/start\nMY_POST flat',
    '😀'.repeat(4096),
  ]
  const seen: string[] = []
  app.on('message:text', (ctx) => seen.push(ctx.text))
  for (const text of texts) await event(postMessage({ content: { text } }))
  expect(seen).toEqual(texts)
})

test('hostile text does nothing to the terminal that shows errors', async () => {
  const { app, event, action: press, reported } = appHarness()
  const evil = '\u001b[2J\n\u009b31m\u202e'
  app.on('message', () => {
    throw new Error(`cannot read ${evil}`)
  })
  await event(postMessage({ id: `m${evil}` }))
  await event({ type: `NEW_${evil}` })
  await press(click({ action: `pick${evil}` }))
  expect(reported).toHaveLength(3)
  const unshown = /[\p{Cc}\u202a-\u202e]/u
  expect(reported.filter(({ message }) => unshown.test(message))).toEqual([])
})
