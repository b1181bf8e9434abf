import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { AppUserIds } from '../access/app-user-ids.ts'

const SECRET = 'a secret of the tests that has enough bytes'

describe('wire contract §6: send an event to a user', () => {
  let node: TestServer
  let app: fixture.AppFixture
  let user: fixture.UserFixture
  let other: fixture.UserFixture
  let token: string
  let grantId: string
  let post: { id: string; token: string }
  let publicId: (userId: string) => string

  beforeAll(async () => {
    node = await startTestServer({ config: { secret: SECRET } })
    user = await fixture.addUser(node.db)
    other = await fixture.addUser(node.db)
    post = await fixture.addPost(node.db, user.id)
    app = await fixture.addApp(node.db, other.id)
    const grant = await fixture.addGrant(node.db, app.id, user.id, ['SEND_EVENT'])
    token = grant.accessToken
    grantId = grant.grantId
    const ids = new AppUserIds(Buffer.from(SECRET))
    publicId = (userId) => ids.toPublic(app.id, userId)
  })
  afterAll(() => node.close())

  const send = async (query: Record<string, string>, body?: unknown, accessToken = token) => {
    const answer = await fetch(
      `${node.url}/experimental/open-platform/events/send?${new URLSearchParams(query)}`,
      {
        method: 'POST',
        headers: {
          'x-api-key': app.key,
          authorization: `Bearer ${accessToken}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    )
    return {
      status: answer.status,
      body: (await answer.json()) as { code?: number; message?: string; details?: unknown[] },
    }
  }
  const notices = () => node.db.selectFrom('notices').selectAll().orderBy('id').execute()
  const last = async () => (await notices()).at(-1)

  test('the seed client’s query string becomes a notice with both buttons', async () => {
    const answer = await send({
      message: 'قرار بازدید',
      target_type: 'POST',
      target_resource_id: post.token,
      'primary_button.title': 'باز کردن',
      'primary_button.action.open_server_link.data': '{"visit": 7}',
      'primary_button.action.open_post_page.post_token': '',
      'primary_button.action.open_post_manage_page.post_token': '',
      'secondary_button.title': 'another',
      'secondary_button.action.open_direct_link': 'https://a.example/x',
      'secondary_button.action.open_post_page.post_token': '',
    })
    expect(answer).toEqual({ status: 200, body: {} })
    expect(await last()).toMatchObject({
      app_id: app.id,
      user_id: user.id,
      target_type: 'POST',
      post_id: post.id,
      message: 'قرار بازدید',
      buttons: {
        primary: { title: 'باز کردن', action: { open_server_link: { data: { visit: 7 } } } },
        secondary: { title: 'another', action: { open_direct_link: 'https://a.example/x' } },
      },
      read_at: null,
    })
  })

  test('the target is by default the token’s user; a JSON body says the same, merged with the query', async () => {
    expect(await send({}, { message: 'from the body' })).toEqual({ status: 200, body: {} })
    expect(await last()).toMatchObject({
      target_type: 'USER',
      post_id: null,
      message: 'from the body',
      buttons: {},
    })
    const merged = await send(
      { message: 'merged' },
      { target_type: 'USER', target_resource_id: publicId(user.id) },
    )
    expect(merged.status).toBe(200)
    expect(await last()).toMatchObject({ message: 'merged' })
    const differing = await send({ message: 'one' }, { message: 'two' })
    expect(differing).toMatchObject({ status: 400, body: { code: 3 } })
  })

  test('a target that is not the token’s user, or no post of theirs, is 403', async () => {
    const foreign = await fixture.addPost(node.db, other.id)
    const before = (await notices()).length
    const targets = [
      { target_type: 'USER', target_resource_id: publicId(other.id) },
      { target_type: 'USER', target_resource_id: user.id },
      { target_type: 'POST', target_resource_id: foreign.token },
      { target_type: 'POST', target_resource_id: 'nosuchpost' },
    ]
    for (const target of targets) {
      const answer = await send({ message: 'hello', ...target })
      expect(answer).toMatchObject({ status: 403, body: { code: 7 } })
      expect(answer.body.message).toContain('target_resource_id')
    }
    expect(await notices()).toHaveLength(before)
  })

  test('what cannot be read is 400 and names the field', async () => {
    const cases: [query: Record<string, string>, field: string][] = [
      [{}, 'message'],
      [{ message: 'x'.repeat(1001) }, 'message'],
      [{ message: 'a\0b' }, 'message'],
      [{ message: 'a', target_type: 'NOBODY' }, 'target_type'],
      [{ message: 'a', 'primary_button.title': 'four' }, 'primary_button.title'],
      [{ message: 'a', 'primary_button.title': 'a title' }, 'primary_button.action'],
      [
        {
          message: 'a',
          'primary_button.title': 'a title',
          'primary_button.action.open_post_page.post_token': post.token,
          'primary_button.action.open_direct_link': 'https://a.example/',
        },
        'primary_button.action',
      ],
      [
        {
          message: 'a',
          'primary_button.title': 'a title',
          'primary_button.action.open_direct_link': 'javascript:alert(1)',
        },
        'primary_button.action.open_direct_link',
      ],
    ]
    for (const [query, field] of cases) {
      const answer = await send(query)
      expect([field, answer.status, answer.body.code]).toEqual([field, 400, 3])
      expect(JSON.stringify(answer.body)).toContain(field)
    }
  })

  test('the scope SEND_EVENT is needed and named', async () => {
    const bare = await fixture.addApp(node.db, other.id)
    const grant = await fixture.addGrant(node.db, bare.id, user.id, ['USER_ID'])
    const answer = await fetch(`${node.url}/experimental/open-platform/events/send?message=hi`, {
      method: 'POST',
      headers: { 'x-api-key': bare.key, 'x-access-token': grant.accessToken },
    })
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { message: expect.stringContaining('SEND_EVENT') },
    ])
  })

  test('a blacklisted user gets nothing: 412 code 9; a revoked consent is 401 though its token is still cached', async () => {
    const before = (await notices()).length
    await node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', user.id).execute()
    expect(await send({ message: 'hello' })).toMatchObject({ status: 412, body: { code: 9 } })
    await node.db.updateTable('users').set({ blacklisted: false }).where('id', '=', user.id).execute()
    await node.db.updateTable('grants').set({ revoked_at: new Date() }).where('id', '=', grantId).execute()
    expect(await send({ message: 'hello' })).toMatchObject({ status: 401, body: { code: 16 } })
    expect(await notices()).toHaveLength(before)
  })
})
