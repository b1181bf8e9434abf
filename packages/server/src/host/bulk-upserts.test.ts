import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import { addUser } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

describe('host API: many rows at once', () => {
  let node: TestServer
  let host: HostClient
  let owner: string

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    owner = (await addUser(node.db)).hostId
  })
  afterAll(() => node.close())

  const hostIds = (count: number): string[] => {
    const run = randomUUID()
    return Array.from({ length: count }, (_, i) => `${run}-${i}`)
  }
  const tokens = (count: number): string[] => {
    const run = randomUUID().slice(0, 8)
    return Array.from({ length: count }, (_, i) => `${run}_${i}`)
  }

  test('1,000 users are created, then unchanged, then updated', async () => {
    const users = hostIds(1000).map((host_id, i) => ({
      host_id,
      phone: `0912${String(i).padStart(7, '0')}`,
      name: `کاربر شماره ${i}`,
    }))
    expect(await host('POST', '/users', { users })).toEqual({
      status: 200,
      body: { created: 1000, updated: 0, unchanged: 0 },
    })
    expect(await host('POST', '/users', { users })).toMatchObject({ body: { created: 0, unchanged: 1000 } })
    const changed = users.map((user, i) => (i % 10 === 0 ? { ...user, locale: 'en' } : user))
    expect(await host('POST', '/users', { users: changed })).toMatchObject({
      body: { created: 0, updated: 100, unchanged: 900 },
    })
  })

  test('posts of a deleted person are named, nothing else is written; that they are removed may be said', async () => {
    const gone = await addUser(node.db)
    const [theirs = '', other = ''] = tokens(2)
    await host('POST', '/posts', {
      posts: [
        { token: theirs, owner: gone.hostId },
        { token: other, owner },
      ],
    })
    await host('DELETE', `/users/${gone.hostId}`)
    const filled = [
      { token: other, title: 'x' },
      { token: theirs, title: 'x' },
    ]
    expect(await host('POST', '/posts', { posts: filled })).toMatchObject({
      status: 412,
      body: {
        message: expect.stringContaining(`leave out ${theirs}`),
        details: [{ reason: 'USER_DELETED', metadata: { post_tokens: theirs } }, helpDetail('USER_DELETED')],
      },
    })
    expect(await host('GET', `/posts/${other}`)).toMatchObject({ body: { title: '' } })
    await waitFor(async () => {
      const removed = await host('POST', '/posts', { posts: [{ token: theirs, state: 'ARCHIVED' }] })
      return removed.status === 200
    })
  })

  test('1,000 posts are created, then unchanged, then updated; the body may pass 256 KiB', async () => {
    const posts = tokens(1000).map((token, i) => ({
      token,
      owner,
      category: 'apartment-sell',
      city: 'tehran',
      title: `آپارتمان ${i}`,
      data: { description: 'د'.repeat(300), size: i },
    }))
    expect(JSON.stringify(posts).length).toBeGreaterThan(256 * 1024)
    expect(await host('POST', '/posts', { posts })).toEqual({
      status: 200,
      body: { created: 1000, updated: 0, unchanged: 0 },
    })
    expect(await host('POST', '/posts', { posts })).toMatchObject({ body: { unchanged: 1000 } })
    const retired = posts.map(({ token }) => ({ token, state: 'RETIRED' }))
    expect(await host('POST', '/posts', { posts: retired })).toMatchObject({ body: { updated: 1000 } })
  })

  test.each([
    ['users', 'host_id'],
    ['posts', 'token'],
  ])('1,001 %s are refused', async (list, key) => {
    const rows = Array.from({ length: 1001 }, (_, i) => ({ [key]: `x${i}`, owner }))
    const body = { [list]: rows.map(({ owner, ...row }) => (list === 'posts' ? { ...row, owner } : row)) }
    expect(await host('POST', `/${list}`, body)).toMatchObject(
      badFields({ [list]: expect.stringContaining('at most 1000 items') }),
    )
  })

  test('a body over 4 MiB is 413 and says the limit', async () => {
    const posts = [{ token: 'big', owner, data: { text: 'x'.repeat(4 * 1024 * 1024) } }]
    expect(await host('POST', '/posts', { posts })).toMatchObject({
      status: 413,
      body: { code: 3, message: expect.stringContaining('4194304') },
    })
  })

  test('one wrong row names itself, and no row is written', async () => {
    const [good, bad, later] = hostIds(3)
    const users = [{ host_id: good }, { host_id: bad, phone: '12' }, null, { host_id: later, locale: 'xx' }]
    expect(await host('POST', '/users', { users })).toMatchObject(
      badFields({
        'users[3].locale': expect.stringContaining('fa, en'),
        'users[1].phone': expect.stringContaining('5 to 15 digits'),
      }),
    )
    expect(await host('GET', `/users/${good}`)).toMatchObject({ status: 404 })
  })

  test('a row that comes twice is named with the row it repeats', async () => {
    const [a, b] = hostIds(2)
    const users = [{ host_id: a }, { host_id: b }, { host_id: a, name: 'other' }]
    expect(await host('POST', '/users', { users })).toMatchObject(
      badFields({ 'users[2].host_id': expect.stringContaining('users[0]') }),
    )
    const posts = [
      { token: 'twice', owner },
      { token: 'twice', owner },
    ]
    expect(await host('POST', '/posts', { posts })).toMatchObject(
      badFields({ 'posts[1].token': expect.stringContaining('posts[0]') }),
    )
  })

  test('posts of unknown owners, without owner, or of another owner: each is named, none is written', async () => {
    const other = (await addUser(node.db)).hostId
    const [present, fresh, ownerless, stolen] = tokens(4)
    await host('PUT', `/posts/${stolen}`, { owner: other })
    const posts = [
      { token: present, owner },
      { token: fresh, owner: 'nobody' },
      { token: ownerless },
      { token: stolen, owner },
    ]
    expect(await host('POST', '/posts', { posts })).toMatchObject(
      badFields({
        'posts[1].owner': expect.stringContaining('no such user'),
        'posts[2].owner': expect.stringContaining('required for a new post'),
        'posts[3].owner': expect.stringContaining('never changes'),
      }),
    )
    expect(await host('GET', `/posts/${present}`)).toMatchObject({ status: 404 })
  })

  test('no rows are no change; a missing list or rows of other kinds are 400', async () => {
    expect(await host('POST', '/users', { users: [] })).toEqual({
      status: 200,
      body: { created: 0, updated: 0, unchanged: 0 },
    })
    expect(await host('POST', '/users', {})).toMatchObject(badFields({ users: expect.any(String) }))
    expect(await host('POST', '/posts', { posts: [1, 'x', []] })).toMatchObject(
      badFields({
        'posts[0]': expect.stringContaining('JSON object'),
        'posts[1]': expect.stringContaining('JSON object'),
        'posts[2]': expect.stringContaining('JSON object'),
      }),
    )
  })

  test('concurrent calls with the same rows in opposite order all succeed, old and new rows mixed', async () => {
    const old = hostIds(100)
    await host('POST', '/users', { users: old.map((host_id) => ({ host_id })) })
    for (let round = 0; round < 5; round++) {
      const fresh = hostIds(100)
      // Interleaved, so that every call both inserts and locks all over the order of names.
      const rows = (name: string) => [...old, ...fresh].sort().map((host_id) => ({ host_id, name }))
      const calls = Array.from({ length: 8 }, (_, i) => {
        const users = rows(`n${round}-${i}`)
        return host('POST', '/users', { users: i % 2 ? users.reverse() : users })
      })
      for (const { status, body } of await Promise.all(calls)) expect([status, body]).toMatchObject([200, {}])
    }
  })

  test('concurrent posts in opposite order all succeed, and single puts between them', async () => {
    for (let round = 0; round < 5; round++) {
      const names = tokens(60)
      await host('POST', '/posts', { posts: names.slice(20, 40).map((token) => ({ token, owner })) })
      const calls = Array.from({ length: 8 }, (_, i) => {
        const posts = names.map((token) => ({ token, owner, title: `t${i}` }))
        return i < 6
          ? host('POST', '/posts', { posts: i % 2 ? posts.reverse() : posts })
          : host('PUT', `/posts/${names[i]}`, { owner, title: `put${i}` })
      })
      for (const { status, body } of await Promise.all(calls)) expect([status, body]).toMatchObject([200, {}])
    }
  })

  test('two owners who race for one token: one gets the post, the other a 400', async () => {
    const other = (await addUser(node.db)).hostId
    const [token] = tokens(1)
    const put = (who: string) => host('PUT', `/posts/${token}`, { owner: who })
    const statuses = (await Promise.all([put(owner), put(other)])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 400])
  })
})
