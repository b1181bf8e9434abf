import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let node: TestServer
let host: HostClient
let owner: string
let token: string
let conversation: string

beforeAll(async () => {
  node = await startTestServer()
  host = hostClient(node)
  const seller = await fixture.addUser(node.db)
  const buyer = await fixture.addUser(node.db)
  const post = await fixture.addPost(node.db, seller.id)
  owner = seller.hostId
  token = post.token
  conversation = await fixture.addConversation(node.db, post, seller.id, buyer.id)
})
afterAll(() => node.close())

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    'constructor',
    '{post_token}',
    '9999-12-31T23:59:59.999-23:59',
    '0001-01-01T00:00:00Z',
    'PUBLISHED',
    '+989121234567',
    1e308,
    -0,
    2 ** 53,
    [],
    {},
    [[[]]],
    'x'.repeat(20_000),
  ),
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
)
const FIELDS = [
  ...[
    'host_id',
    'phone',
    'name',
    'locale',
    'developer',
    'blacklisted',
    'operator',
    'token',
    'owner',
    'category',
    'images',
  ],
  ...['state', 'chat_enabled', 'development', 'first_published_at', 'last_modified_at', 'data', 'post_token'],
  ...['buyer', 'conversation_id', 'sender', 'text', 'approved', 'scopes', 'permissions', 'user', 'return_to'],
  ...['login_url', 'post_url', 'post_manage_url', 'users', 'posts'],
]
const fields = () =>
  fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(nasty, fc.array(nasty, { maxLength: 4 })))
const body = fc.oneof(
  nasty,
  fields(),
  // Right names that make the rest of the body count.
  fields().map((some) => ({ post_token: token, buyer: owner, sender: owner, user: owner, owner, ...some })),
  fc.array(fields(), { maxLength: 4 }).map((rows) => ({ users: rows, posts: rows })),
)
const segment = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed()),
  fc.constantFrom('\u0000', '%', '../x', 'x'.repeat(200), "'; drop table users; --"),
)

test('no input makes the host API fail: each is taken, or refused with its own error', async () => {
  const call = fc.record({
    place: fc.constantFrom<(s: string) => [string, string]>(
      (s) => ['PUT', `/users/${s}`],
      (s) => ['GET', `/users/${s}`],
      () => ['POST', '/users'],
      (s) => ['PUT', `/users/${s}/blocks/${s}`],
      (s) => ['PUT', `/posts/${s}`],
      (s) => ['GET', `/posts/${s}`],
      () => ['PUT', `/posts/f${randomUUID().slice(0, 8)}`],
      () => ['POST', '/posts'],
      () => ['POST', '/conversations'],
      (s) => ['POST', `/conversations/${s}/messages`],
      () => ['POST', `/conversations/${conversation}/messages`],
      (s) => ['GET', `/conversations/${conversation}/messages?before=${s}&after=${s}&limit=${s}`],
      (s) => ['GET', `/apps?after=${s}`],
      (s) => ['PUT', `/apps/${s}/approval`],
      () => ['POST', '/login-links'],
      () => ['PUT', '/page-templates'],
    ),
    segment,
    body,
  })
  await fc.assert(
    fc.asyncProperty(call, async ({ place, segment, body }) => {
      const [method, path] = place(encodeURIComponent(segment))
      const { status } = await host(method, path, method === 'GET' ? undefined : body)
      expect([200, 400, 403, 404, 409, 412], `${method} ${path}`).toContain(status)
    }),
    { numRuns: 300 },
  )
})
