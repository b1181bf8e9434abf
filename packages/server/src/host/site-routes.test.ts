import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import { addUser, type UserFixture } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { hashSecret } from '../ids.ts'

describe('host API: login links', () => {
  let node: TestServer
  let host: HostClient
  let user: UserFixture

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    user = await addUser(node.db)
  })
  afterAll(() => node.close())

  test('a link lives five minutes, and only its hash is kept', async () => {
    const before = Date.now()
    const { status, body } = await host('POST', '/login-links', {
      user: user.hostId,
      return_to: '/chat?tab=all',
    })
    const { url, expires_at } = body as { url: string; expires_at: string }
    expect([status, url]).toEqual([
      200,
      expect.stringMatching(/^http:\/\/localhost:\d+\/login\/cl_[\w-]{43}$/),
    ])
    const secret = url.slice(url.lastIndexOf('/') + 1)
    const row = await node.db
      .selectFrom('login_links')
      .selectAll()
      .where('hash', '=', hashSecret(secret))
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ user_id: user.id, return_to: '/chat?tab=all', used_at: null })
    expect(row.expires_at.toISOString()).toBe(expires_at)
    const seconds = (Date.parse(expires_at) - before) / 1000
    expect(Math.abs(seconds - 300)).toBeLessThan(60)
  })

  test('return_to is / when left out', async () => {
    expect(await host('POST', '/login-links', { user: user.hostId })).toMatchObject({ status: 200 })
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    'chat',
    '/a\tb',
    '/a\r\nset-cookie: x=y',
    '/سلام',
    '',
  ])('return_to %j leads away and is refused', async (return_to) => {
    expect(await host('POST', '/login-links', { user: user.hostId, return_to })).toMatchObject(
      badFields({ return_to: expect.stringContaining('path of this origin') }),
    )
  })

  test('needs a user who exists', async () => {
    expect(await host('POST', '/login-links', {})).toMatchObject(
      badFields({ user: expect.stringContaining('required') }),
    )
    expect(await host('POST', '/login-links', { user: 'nobody' })).toMatchObject({ status: 404 })
    expect(await hostClient(node, 'w'.repeat(40))('POST', '/login-links', {})).toMatchObject({ status: 401 })
  })
})

describe('host API: page templates', () => {
  let node: TestServer
  let host: HostClient

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
  })
  afterAll(() => node.close())

  const templates = {
    login_url: 'https://market.example/login?to={return_to}',
    post_url: 'https://market.example/v/{post_token}',
    post_manage_url: 'https://market.example/manage/{post_token}?from=charsu',
    chat_url: 'https://market.example/chat/{conversation_id}',
    notices_url: 'https://market.example/inbox',
    my_divar_url: 'https://market.example/mine',
    divar_pro_url: 'https://market.example/pro',
  }
  const none = Object.fromEntries(Object.keys(templates).map((name) => [name, null]))

  test('are set as a whole: one that is left out is removed', async () => {
    expect(await host('GET', '/page-templates')).toEqual({
      status: 200,
      body: none,
    })
    expect(await host('PUT', '/page-templates', templates)).toEqual({ status: 200, body: templates })
    expect(await host('GET', '/page-templates')).toEqual({ status: 200, body: templates })
    const less = { login_url: templates.login_url, post_url: null, post_manage_url: '' }
    expect(await host('PUT', '/page-templates', less)).toEqual({
      status: 200,
      body: { ...none, login_url: templates.login_url },
    })
  })

  test('a wrong one is named with what it lacks, and nothing is written', async () => {
    await host('PUT', '/page-templates', templates)
    const answer = await host('PUT', '/page-templates', {
      login_url: 'https://market.example/login',
      post_url: 'https://{post_token}.market.example/',
      post_manage_url: 'https://market.example/{token}/{post_token}',
    })
    expect(answer).toMatchObject(
      badFields({
        login_url: expect.stringContaining('{return_to}'),
        post_url: expect.stringContaining('not in its host'),
        post_manage_url: expect.stringContaining('{token}'),
      }),
    )
    expect(await host('PUT', '/page-templates', { post_url: 'javascript:{post_token}' })).toMatchObject({
      status: 400,
    })
    expect(await host('PUT', '/page-templates', { login_url: 7 })).toMatchObject({ status: 400 })
    expect(await host('GET', '/page-templates')).toEqual({ status: 200, body: templates })
  })
})
