import { expect, test } from 'vitest'
import type { TrafficRecord } from './development-shapes.ts'
import { shortenPath } from './shorten-path.ts'
import { trafficLines } from './traffic-lines.ts'

const record = (more: Partial<TrafficRecord> = {}): TrafficRecord => ({
  id: '1',
  at: '2026-11-22T10:00:00.005Z',
  direction: 'to_app',
  kind: 'event',
  app: 'shop',
  method: 'POST',
  url: 'http://localhost:3000/charsu/events?x=1',
  request: { headers: {}, body: '{"a":1}' },
  answer: { status: 200, headers: {}, body: 'ok' },
  failure: null,
  ms: 7,
  refs: { event_type: 'NEW_MESSAGE', delivery_id: '12', attempt: 1 },
  ...more,
})
const lines = (more?: Partial<TrafficRecord>, options = {}) =>
  trafficLines({ colour: false }, record(more), options)

test('a call that did what it was for is one line', () => {
  expect(lines().map((line) => line.replace(/^\S+/, '<time>'))).toEqual([
    `<time> → event   POST /charsu/events                           200     7 ms shop  NEW_MESSAGE  delivery 12`,
  ])
})

test('a failure says cause and fix, and which attempt it was', () => {
  const refs = { event_type: 'NEW_MESSAGE', attempt: 3 }
  const failure = { stage: 'connect', reason: 'connect ECONNREFUSED 127.0.0.1:3000' }
  expect(lines({ answer: null, failure, refs }).slice(1)).toEqual([
    '             attempt 3: connect ECONNREFUSED 127.0.0.1:3000',
    '             Start the app, or say with --app where it listens.',
  ])
  for (const status of [302, 401, 404, 405, 422, 500]) {
    const [, cause, fix] = lines({ answer: { status, headers: {}, body: null } })
    expect([cause, fix?.trim()]).toEqual([
      `             the app answered ${status}`,
      expect.stringMatching(/\.$/),
    ])
  }
})

test('what Charsu refused an app shows its own words, from the token endpoint too', () => {
  const refused = (body: string) =>
    lines({ direction: 'from_app', kind: 'call', answer: { status: 403, headers: {}, body } })[1]?.trim()
  expect(refused('{"code":7,"message":"the scope X is missing"}')).toBe('the scope X is missing')
  expect(refused('{"error":"invalid_grant","error_description":"it expired"}')).toBe('it expired')
  expect(refused('<html>')).toBe('refused with 403')
})

test('hostile text moves no cursor, colours nothing and makes no line of its own', () => {
  const text = 'a\u001b[2J\r\nb\u202ec\u0000\u009b'
  const all = lines(
    {
      url: `http://x/${text}`,
      app: text,
      method: text,
      refs: { event_type: text, delivery_id: text },
      request: { headers: {}, body: text },
      failure: { stage: 'x', reason: text },
      at: text,
    },
    { body: true },
  )
  expect(all.join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
})

test('paths are cut so that columns stay', () => {
  const path = '/v2/open-platform/conversations/01900000-0000-7000-8000-000000000001/messages'
  expect(shortenPath(path, 50)).toBe('/v2/open-platform/conversations/01900000…/messages')
  expect(shortenPath(path, 40)).toBe('/v2/…/conversations/01900000…/messages')
  expect(shortenPath(`/${'a'.repeat(100)}`, 40)).toHaveLength(40)
  expect(shortenPath(`/v1/${'a'.repeat(100)}`, 40)).toHaveLength(40)
  expect(shortenPath('/', 40)).toBe('/')
})
