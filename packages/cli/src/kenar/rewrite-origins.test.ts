import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OriginRewriter } from './rewrite-origins.ts'
import { namesOrigins, rewriteStream } from './rewrite-stream.ts'

const rewriter = new OriginRewriter([
  { from: 'https://app.example.ir', to: 'http://localhost:4480' },
  { from: 'http://localhost:3000', to: 'http://localhost:4480' },
  { from: 'https://oauth.divar.ir', to: 'http://localhost:4480/.kenar/oauth.divar.ir' },
])

describe('an origin becomes the local one', () => {
  test.each([
    ['https://app.example.ir/callback', 'http://localhost:4480/callback'],
    ['<a href="HTTPS://App.Example.ir">', '<a href="http://localhost:4480">'],
    ['{"url":"https:\\/\\/app.example.ir\\/a"}', '{"url":"http:\\/\\/localhost:4480\\/a"}'],
    ['https:&#x2F;&#x2F;app.example.ir&#x2F;a', 'http:&#x2F;&#x2F;localhost:4480&#x2F;a'],
    ['redirect_uri=https%3A%2F%2Fapp.example.ir%2Fcb', 'redirect_uri=http%3A%2F%2Flocalhost%3A4480%2Fcb'],
    ['redirect_uri=https%3a%2f%2fapp.example.ir', 'redirect_uri=http%3A%2F%2Flocalhost%3A4480'],
    ['redirect_uri=https%3A//app.example.ir/cb', 'redirect_uri=http%3A//localhost%3A4480/cb'],
    ['see https://app.example.ir. Then', 'see http://localhost:4480. Then'],
    ['`https://oauth.divar.ir/oauth2/auth?x`', '`http://localhost:4480/.kenar/oauth.divar.ir/oauth2/auth?x`'],
    ['http://localhost:3000/a http://localhost:3000', 'http://localhost:4480/a http://localhost:4480'],
  ])('%s', (text, expected) => {
    expect(rewriter.rewrite(text)).toBe(expected)
  })

  test.each([
    'https://app.example.irx/',
    'https://app.example.ir.evil.example/',
    'https://app.example.ir-x.example',
    'https://app.example.ir:8443/',
    'https%3A%2F%2Fapp.example.ir%3A8443',
    'http://app.example.ir/',
    'https://www.app.example.ir',
    'http://localhost:30001',
    'https://appXexample.ir',
  ])('%s is another, and stays', (text) => {
    expect(rewriter.rewrite(text)).toBe(text)
  })
})

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      'https://app.example.ir',
      'https:\\/\\/app.example.ir',
      'https%3A%2F%2Fapp.example.ir',
      'http://localhost:3000',
      'https://oauth.divar.ir',
      'https://',
      '.x',
      ':8',
      '%3A8',
      'سلام',
    ),
    fc.string({ maxLength: 5 }),
  ),
  { maxLength: 20 },
)

test('a body is rewritten the same however it is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, fc.array(fc.nat(400), { maxLength: 30 }), async (parts, cuts) => {
      const whole = Buffer.from(parts.join(''))
      const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length])].toSorted(
        (a, b) => a - b,
      )
      const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end))
      const streamed = await buffer(Readable.from(chunks).pipe(rewriteStream(rewriter)))
      const atOnce = Buffer.from(rewriter.rewrite(whole.toString('latin1')), 'latin1')
      expect(streamed.equals(atOnce)).toBe(true)
    }),
  )
})

test('bytes that are no text pass as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), async (chunks) => {
      const streamed = await buffer(
        Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(rewriteStream(rewriter)),
      )
      expect(streamed.equals(Buffer.concat(chunks))).toBe(true)
    }),
  )
})

test('what cannot be the beginning of an origin is not held back', () => {
  expect(rewriter.heldBack('data: hello\n\n')).toBe(0)
  expect(rewriter.heldBack('<html></html>')).toBe(0)
  expect(rewriter.heldBack('see https://app.exam')).toBe('https://app.exam'.length)
})

test('pages, scripts, JSON and forms are looked through; pictures, files and streams of events are not', () => {
  const types = [
    'text/html; charset=utf-8',
    'application/json',
    'application/problem+json',
    'text/javascript',
    'application/x-www-form-urlencoded',
  ]
  expect(types.filter((type) => !namesOrigins(type))).toEqual([])
  const others = [
    undefined,
    'image/png',
    'multipart/form-data; boundary=x',
    'text/event-stream',
    'application/octet-stream',
    'application/jsonx',
  ]
  expect(others.filter(namesOrigins)).toEqual([])
})
