import { dynamicActionRequest } from '@charsu/protocol/dynamic-action'
import { describe, expect, test } from 'vitest'
import { appHarness, chatbotMessage, postMessage } from '../../testing/app-harness.ts'
import { Client } from '../client/client.ts'
import { scope } from '../oauth/scope.ts'

const TRACE = `00-${'4b'.repeat(16)}-${'7c'.repeat(8)}-01`
const OTHER = `00-${'5d'.repeat(16)}-${'8e'.repeat(8)}-00`

describe('what a handler calls is in the trace of what it handles', () => {
  test('whatever of its context it calls with', async () => {
    const { app, event, allow, requests } = appHarness()
    await allow([scope.sendInPostConversations('flat')])
    app.on('message', async (ctx) => {
      await ctx.say('Good evening')
      await ctx.client.getPost('flat')
      const seller = await ctx.clientWith(scope.sendInPostConversations('flat'))
      await seller?.sendEvent({ message: 'Somebody wrote' })
    })
    expect((await event(postMessage(), { traceparent: TRACE })).status).toBe(200)
    expect(requests.map(({ headers }) => headers.get('traceparent'))).toEqual([TRACE, TRACE, TRACE])
  })

  test('of a click, and of a chatbot too', async () => {
    const { app, action, event, requests } = appHarness()
    app.on('action', (ctx) => ctx.client.getPost('flat').then(() => ctx.toast('Done')))
    app.on('chatbot', (ctx) => ctx.say('Hello'))
    const click = dynamicActionRequest({ touchpoint: 'CHAT', userId: 'u1', data: {} })
    await action(click, { traceparent: TRACE })
    await event(chatbotMessage('hi'), { traceparent: OTHER })
    expect(requests.map(({ headers }) => headers.get('traceparent'))).toEqual([TRACE, OTHER])
  })

  test('and not in that of another one, which runs at the same time', async () => {
    const both = Promise.withResolvers<void>()
    const { app, event, requests } = appHarness()
    let running = 0
    app.on('chatbot', async (ctx) => {
      if (++running === 2) both.resolve()
      await both.promise
      await ctx.say(ctx.text ?? '')
    })
    await Promise.all([
      event(chatbotMessage('one', { conversationId: '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c21' }), {
        traceparent: TRACE,
      }),
      event(chatbotMessage('two', { conversationId: '62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c22' }), {
        traceparent: OTHER,
      }),
    ])
    const traces = requests.map(({ json, headers }) => [json.text_message, headers.get('traceparent')])
    expect(Object.fromEntries(traces)).toEqual({ one: TRACE, two: OTHER })
  })

  test.each([undefined, 'not-a-trace', `00-${'0'.repeat(31)}`, `${TRACE}-${'x'.repeat(200)}`])(
    'and in none where none came, or one that is not valid: %s',
    async (traceparent) => {
      const { app, event, requests } = appHarness()
      app.on('chatbot', (ctx) => ctx.say('Hello'))
      const headers = traceparent === undefined ? {} : { traceparent }
      expect((await event(chatbotMessage('hi'), headers)).status).toBe(200)
      expect(requests.map(({ headers }) => headers.get('traceparent'))).toEqual([null])
    },
  )
})

describe('a client in a trace', () => {
  const seen: (string | null)[] = []
  const client = new Client({
    apiKey: 'ck_key',
    fetch: async (request) => {
      seen.push(request.headers.get('traceparent'))
      return Response.json({})
    },
  })

  test('says so in each call, under a token too, and the client that it came from does not', async () => {
    const traced = client.inTrace(TRACE)
    await traced.getPost('flat')
    await traced.as('ca_token').getUserPost('flat')
    await client.as('ca_token').inTrace(OTHER).getUserPost('flat')
    await client.getPost('flat')
    expect(seen).toEqual([TRACE, TRACE, OTHER, null])
  })

  test('is refused for what is no trace', () => {
    expect(() => client.inTrace('abc')).toThrow('traceparent must be a W3C trace context')
    expect(() => client.as('ca_token').inTrace(`${TRACE}\r\nx: y`)).toThrow(TypeError)
  })
})
