import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../testing/help-page.ts'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import { addUser } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('host API: users', () => {
  let node: TestServer
  let host: HostClient

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
  })
  afterAll(() => node.close())

  const newHostId = (): string => `u-${randomUUID()}`

  test('a new user gets defaults; later calls change what they send and nothing else', async () => {
    const id = newHostId()
    const created = await host('PUT', `/users/${id}`, {})
    expect(created).toMatchObject({
      status: 200,
      body: {
        host_id: id,
        phone: null,
        name: '',
        locale: 'fa',
        developer: false,
        blacklisted: false,
        operator: false,
      },
    })
    await host('PUT', `/users/${id}`, {
      phone: '۰۹۱۲-123 4567',
      name: 'نیلوفر',
      developer: true,
      operator: true,
    })
    await host('PUT', `/users/${id}`, { locale: 'en', name: null })
    const read = await host('GET', `/users/${id}`)
    expect(read).toMatchObject({
      status: 200,
      body: {
        phone: '09121234567',
        name: 'نیلوفر',
        locale: 'en',
        developer: true,
        blacklisted: false,
        operator: true,
      },
    })
    expect(await host('PUT', `/users/${id}`, { phone: '' })).toMatchObject({
      status: 200,
      body: { phone: null },
    })
  })

  test('every kind of host id survives the path', async () => {
    for (const id of [`علی-${randomUUID()}`, `a/b%c?${randomUUID()}`, `bulk:${randomUUID()}@x.example`]) {
      const path = `/users/${encodeURIComponent(id)}`
      expect(await host('PUT', path, { name: 'x' })).toMatchObject({ status: 200, body: { host_id: id } })
      expect(await host('GET', path)).toMatchObject({ status: 200, body: { host_id: id } })
    }
  })

  test('every wrong field is named, and nothing is written', async () => {
    const id = newHostId()
    const answer = await host('PUT', `/users/${id}`, {
      phone: 'call me',
      name: 'n'.repeat(101),
      locale: 'fr',
      developer: 'yes',
      blacklisted: 1,
      operator: 'true',
    })
    expect(answer).toMatchObject(
      badFields({
        name: expect.stringContaining('at most 100'),
        locale: expect.stringContaining('fa, en'),
        developer: expect.stringContaining('true or false'),
        blacklisted: expect.stringContaining('true or false'),
        operator: expect.stringContaining('true or false'),
        phone: expect.stringContaining('5 to 15 digits'),
      }),
    )
    expect(await host('GET', `/users/${id}`)).toMatchObject({ status: 404, body: { code: 5 } })
  })

  test.each([
    ['with a space', 'a%20b'],
    ['with a line break', 'a%0Ab'],
    ['too long', 'x'.repeat(129)],
  ])('a host id %s is refused', async (_name, segment) => {
    expect(await host('PUT', `/users/${segment}`, {})).toMatchObject(
      badFields({ host_id: expect.stringContaining('visible characters') }),
    )
    expect(await host('GET', `/users/${segment}`)).toMatchObject({ status: 404 })
  })

  test('NUL, malformed JSON and a body that is no object are 400', async () => {
    const path = `/users/${newHostId()}`
    expect(await host('PUT', `/users/a%00b`, {})).toMatchObject({ status: 400, body: { code: 3 } })
    expect(await host('PUT', path, '{"name": "a\\u0000b"}')).toMatchObject({ status: 400, body: { code: 3 } })
    expect(await host('PUT', path, '{"name": "a')).toMatchObject({
      status: 400,
      body: { code: 3, details: [{ reason: 'BODY_NOT_JSON' }, helpDetail('BODY_NOT_JSON')] },
    })
    expect(await host('PUT', path, '[]')).toMatchObject({ status: 400, body: { code: 3 } })
  })

  test('without the host key, or with a wrong one, every operation is 401', async () => {
    const stranger = hostClient(node, 'x'.repeat(40))
    expect(await stranger('PUT', '/users/u1', '{')).toMatchObject({ status: 401, body: { code: 16 } })
    expect(await stranger('POST', '/users', { users: [] })).toMatchObject({ status: 401 })
    const nobody = await fetch(`${node.url}/host/v1/users/u1`)
    expect([nobody.status, await nobody.json()]).toMatchObject([
      401,
      { code: 16, details: [{ reason: 'HOST_KEY_MISSING' }, helpDetail('HOST_KEY_MISSING')] },
    ])
  })

  test('a change reaches a session that is under way', async () => {
    const user = await addUser(node.db)
    const asDeveloper = () => fetch(`${node.url}/console/v1/apps`, { headers: { cookie: user.cookie } })
    expect((await asDeveloper()).status).toBe(403)
    await host('PUT', `/users/${user.hostId}`, { developer: true })
    expect((await asDeveloper()).status).toBe(200)
    await host('PUT', `/users/${user.hostId}`, { blacklisted: true })
    const marks = await node.db
      .selectFrom('cache_invalidations')
      .selectAll()
      .where('kind', '=', 'user')
      .where('key', '=', user.id)
      .execute()
    expect(marks).toHaveLength(2)
  })

  describe('blocks', () => {
    test('are made and taken back, any number of times', async () => {
      const [a, b] = [newHostId(), newHostId()]
      await host('POST', '/users', { users: [{ host_id: a }, { host_id: b }] })
      const path = `/users/${a}/blocks/${b}`
      const blocked = { status: 200, body: { blocked: true } }
      expect([await host('PUT', path), await host('PUT', path, {})]).toEqual([blocked, blocked])
      expect(await host('GET', `/users/${a}/blocks`)).toMatchObject({ body: { blocks: [{ user: b }] } })
      const free = { status: 200, body: { blocked: false } }
      expect([await host('DELETE', path), await host('DELETE', path)]).toEqual([free, free])
      expect(await host('GET', `/users/${a}/blocks`)).toEqual({ status: 200, body: { blocks: [] } })
    })

    test('need two users who exist and are not one', async () => {
      const a = newHostId()
      await host('PUT', `/users/${a}`, {})
      expect(await host('PUT', `/users/${a}/blocks/${a}`)).toMatchObject({
        status: 400,
        body: { details: [{ reason: 'BLOCKS_THEMSELVES' }, helpDetail('BLOCKS_THEMSELVES')] },
      })
      for (const path of [`/users/${a}/blocks/nobody`, `/users/nobody/blocks/${a}`]) {
        expect(await host('PUT', path)).toMatchObject({
          status: 404,
          body: { details: [{ metadata: { host_id: 'nobody' } }, helpDetail('USER_UNKNOWN')] },
        })
        expect(await host('DELETE', path)).toMatchObject({ status: 404 })
      }
    })
  })
})
