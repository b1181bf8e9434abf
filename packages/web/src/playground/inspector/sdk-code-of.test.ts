import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchangeExample } from '../../../testing/exchange-example.ts'
import { codeOf } from './code-of-value.ts'
import { sdkCodeOf } from './sdk-code-of.ts'

const origin = 'http://localhost:4400'
const code = (over: Parameters<typeof exchangeExample>[0] = {}) =>
  sdkCodeOf(exchangeExample(over), { origin })

describe('a call as SDK code', () => {
  test('that sends a message is the client’s method, as the user, without the key under which it was sent once', () => {
    expect(code()).toBe(`import { Client } from '@charsu/sdk'

const charsu = new Client({ apiKey: process.env.CHARSU_API_KEY ?? '', baseUrl: 'http://localhost:4400' })
const user = charsu.as(process.env.CHARSU_ACCESS_TOKEN ?? '')

console.log(await user.sendMessage('62c8f7e0-5f0c-4f0e-9a52-0d5b6d9a7c11', {
  message: 'Good evening',
}))
`)
  })

  test('that sends a notice in the query gives it as an object', () => {
    const query = new URLSearchParams({
      message: 'It is confirmed',
      'primary_button.title': 'Open it',
      'primary_button.action.open_server_link.data': '{"visit":17}',
    })
    const made = code({
      url: `/experimental/open-platform/events/send?${query}`,
      operation: 'Events_SendEvent',
      request: { headers: { 'x-api-key': 'ck_abc…', 'x-access-token': 'ca_abc…' }, body: null },
    })
    expect(made).toContain("message: 'It is confirmed'")
    expect(made).toContain('visit: 17')
  })

  test.each([
    ['Finder_GetPost', '/v1/open-platform/finder/post/demo_flat', "charsu.getPost('demo_flat')"],
    ['Finder_GetUser', '/v1/open-platform/users', 'user.getUser()'],
    ['Assets_GetPermissions', '/v1/open-platform/assets/permission', 'charsu.listPermissions()'],
  ])('%s', (operation, url, call) => {
    const request = { headers: {}, body: null }
    expect(code({ operation, url, method: 'GET', request })).toContain(`await ${call}`)
  })

  test('for which there is no method is a fetch, and says what the SDK does instead', () => {
    const made = code({ operation: 'ChatAPI_SendMessageToPeer', url: '/v2/open-platform/chat/conversation' })
    expect(made).toContain('The SDK has another form for this: user.sendMessage')
    expect(made).toContain("await fetch('http://localhost:4400/v2/open-platform/chat/conversation'")
    expect(made).not.toContain('…,\n')
    expect(made).not.toContain('key-1')
  })
})

describe('a call to an app as a handler', () => {
  const toApp = (kind: 'event' | 'session' | 'action' | 'trigger', body: unknown, url = 'http://a.test/x') =>
    code({ direction: 'to_app', kind, url, request: { headers: {}, body: JSON.stringify(body) } })

  test.each([
    ['message:text', { type: 'NEW_MESSAGE', new_message: { type: 'TEXT', text: 'hi' } }],
    ['chatbot:text', { type: 'NEW_CHATBOT_MESSAGE', new_chatbot_message: { type: 'TEXT', text: 'hi' } }],
    ['message:image', { type: 'NEW_MESSAGE', new_message: { type: 'IMAGE' } }],
    ['post', { type: 'POST_UPDATE' }],
    ['event', { type: 'SOMETHING_NEW' }],
  ])('%s', (filter, body) => {
    expect(toApp('event', body)).toContain(`app.on('${filter}'`)
  })

  test('of a click tells its data', () => {
    expect(toApp('action', { extra_data: { visit: 17 } })).toContain('{ visit: 17, }')
    expect(toApp('session', {})).toContain('ctx.open(')
  })

  test('keeps what somebody wrote inside its comment and its text', () => {
    const text = "*/ \u2028'); process.exit() //\nnext"
    const made = toApp('event', { new_message: { type: 'TEXT', text } })
    expect(made.split('\n').filter((line) => line.startsWith('next'))).toEqual([])
    expect(made.split(/[\u2028\u2029]/)).toHaveLength(2)
  })
})

test('a value as code means the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read: unknown = new Function(`return (${codeOf(value)})`)()
      expect(JSON.stringify(read)).toBe(JSON.stringify(value))
    }),
  )
  const hostile = JSON.parse('{"__proto__": {"a": 1}, "a-b": 2, "\'": "\\\\\\"\'"}') as unknown
  expect(JSON.stringify(new Function(`return (${codeOf(hostile)})`)())).toBe(JSON.stringify(hostile))
})
