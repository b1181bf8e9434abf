import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchangeCode, obtainCode } from '../../testing/consent-flow.ts'
import { helpPage } from '../../testing/help-page.ts'
import { type AppFixture, addApp, addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const BACK = 'https://app.example/callback'

let server: TestServer
let user: UserFixture
let app: AppFixture

beforeAll(async () => {
  server = await startTestServer()
  user = await addUser(server.db)
  app = await addApp(server.db, user.id, { redirectUris: [BACK] })
})
afterAll(() => server.close())

const codeFor = (scope = 'USER_ID', challenge: Record<string, string> = {}) =>
  obtainCode(server, user, { app, redirectUri: BACK, scope, with: challenge })

const invalidGrant = (description: string) => ({
  status: 400,
  body: {
    error: 'invalid_grant',
    error_description: expect.stringContaining(description),
    error_uri: helpPage('invalid_grant'),
  },
})

describe('PKCE', () => {
  const verifier = 'v'.repeat(43)
  const s256 = createHash('sha256').update(verifier).digest('base64url')

  test.each([
    ['S256', { code_challenge: s256, code_challenge_method: 'S256' }],
    ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['plain by default', { code_challenge: verifier }],
  ])('%s: the verifier opens it', async (_, challenge) => {
    const code = await codeFor('USER_ID', challenge)
    expect((await exchangeCode(server, app, code, BACK, { code_verifier: verifier })).status).toBe(200)
  })

  test.each([
    ['a missing one', {}, 'invalid_grant', 'code_verifier is missing'],
    ['a wrong one', { code_verifier: 'w'.repeat(43) }, 'invalid_grant', 'does not match'],
    ['the challenge itself', { code_verifier: s256 }, 'invalid_grant', 'does not match'],
    ['a short one', { code_verifier: 'v'.repeat(42) }, 'invalid_request', '43 to 128'],
    ['a long one', { code_verifier: 'v'.repeat(129) }, 'invalid_request', '43 to 128'],
  ])('%s does not', async (_, more, error, description) => {
    const code = await codeFor('USER_ID', { code_challenge: s256, code_challenge_method: 'S256' })
    const reply = await exchangeCode(server, app, code, BACK, more)
    expect(reply.status).toBe(400)
    expect(reply.body).toEqual({
      error,
      error_description: expect.stringContaining(description),
      error_uri: helpPage(error),
    })
    // A failed guess uses the code up.
    expect((await exchangeCode(server, app, code, BACK, { code_verifier: verifier })).status).toBe(400)
  })

  test('a verifier for a code without challenge is refused', async () => {
    const reply = await exchangeCode(server, app, await codeFor(), BACK, { code_verifier: verifier })
    expect(reply).toMatchObject(invalidGrant('does not match'))
  })

  test('does not replace the client’s secret', async () => {
    const code = await codeFor('USER_ID', { code_challenge: s256, code_challenge_method: 'S256' })
    const reply = await exchangeCode(server, app, code, BACK, { code_verifier: verifier, client_secret: '' })
    expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})
