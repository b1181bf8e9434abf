import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answer, authorizePath, locationOf, open, ticketOf } from '../../testing/consent-flow.ts'
import { type AppFixture, addApp, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const BACK = 'https://app.example/callback'

let server: TestServer
let app: AppFixture
let seller: UserFixture

beforeAll(async () => {
  server = await startTestServer()
  seller = await addUser(server.db)
  app = await addApp(server.db, seller.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

const ask = (scope: string, more: { with?: Record<string, string | null> } = {}) =>
  authorizePath({ app, redirectUri: BACK, scope, ...more })

describe('state returns byte for byte', () => {
  const deny = async (path: string): Promise<string> => {
    const ticket = ticketOf(await (await open(server, path, seller)).text())
    const denied = await answer(server, seller, { ticket, decision: 'deny' })
    return denied.headers.get('location') ?? ''
  }

  test('any text, through the consent page and through an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (state) => {
        const path = ask('USER_ID', { with: { state } })
        // URLSearchParams itself replaces halves of surrogate pairs, on the way there as on the way back.
        const sent = new URLSearchParams(path.slice(path.indexOf('?'))).get('state')
        expect(new URL(await deny(path)).searchParams.get('state')).toBe(sent)
        const refused = await open(server, path.replace('USER_ID', 'NOPE'), seller)
        expect(locationOf(refused).searchParams.get('state')).toBe(sent)
      }),
      { numRuns: 40 },
    )
  })

  test('any bytes, in whatever way they were written', async () => {
    const percent = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    const plain = fc.constantFrom(
      '+',
      '%',
      '%2',
      '=',
      '/',
      '?',
      ';',
      ':',
      '@',
      '!',
      '(',
      '~',
      'A',
      '*',
      '$',
      ',',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(percent, plain), { maxLength: 60 }), async (parts) => {
        const raw = parts.join('')
        const location = await deny(`${ask('USER_ID')}&state=${raw}`)
        expect(location.slice(location.indexOf('&state=') + '&state='.length)).toBe(raw)
      }),
      { numRuns: 40 },
    )
  })

  test('an empty state stays, an absent one stays away', async () => {
    expect(await deny(`${ask('USER_ID')}&state=`)).toMatch(/&state=$/)
    expect(await deny(ask('USER_ID'))).not.toContain('state')
  })

  test('signs that would end the query are encoded; bytes that no URL may hold are refused', async () => {
    expect(await rawGet(`${ask('NOPE')}&state="<#>`, seller.cookie)).toMatch(/&state=%22%3C%23%3E$/)
    expect(await rawGet(`${ask('NOPE')}&state=\xfe`, seller.cookie)).toMatch(/^HTTP\/1.1 400 /)
  })
})

/** The Location of an answer to a request line that no URL parser has touched. */
function rawGet(path: string, cookie: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const head = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: ${cookie}\r\n\r\n`
  socket.write(Buffer.from(head, 'latin1'))
  return text(socket).then((reply) => /^location: (.*)$/im.exec(reply)?.[1] ?? reply)
}
