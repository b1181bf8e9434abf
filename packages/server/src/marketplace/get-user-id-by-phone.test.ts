import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, TEST_HOST_KEY, type TestServer } from '../../testing/test-server.ts'

describe('§8 POST get-user-id-by-phone', () => {
  let node: TestServer
  let developer: fixture.UserFixture
  let approved: fixture.AppFixture
  let phone: string
  let serial = 0

  beforeAll(async () => {
    node = await startTestServer()
    developer = await fixture.addUser(node.db, { developer: true })
    approved = await approvedApp()
  })
  afterAll(() => node.close())
  beforeEach(() => {
    phone = `0912${String(++serial).padStart(7, '0')}`
  })

  async function approvedApp(): Promise<fixture.AppFixture> {
    const app = await fixture.addApp(node.db, developer.id, { development: false })
    for (const name of ['GET_USER_ID_BY_PHONE', 'USER_RETRIEVE']) {
      await node.database.pool.query(
        'insert into app_permissions (app_id, name, approved_at) values ($1, $2, now())',
        [app.id, name],
      )
    }
    await node.database.pool.query(
      `insert into app_scopes (app_id, name, approved_at) values ($1, 'USER_ID', now())`,
      [app.id],
    )
    return app
  }
  const ask = async (body: unknown, key = approved.key, url = node.url) => {
    const answer = await fetch(`${url}/v1/open-platform/get-user-id-by-phone`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }
  const idOf = async (app: fixture.AppFixture, userId: string): Promise<string | undefined> => {
    const { accessToken } = await fixture.addGrant(node.db, app.id, userId, ['USER_ID'])
    const answer = await fetch(`${node.url}/v1/open-platform/users`, {
      headers: { 'x-api-key': app.key, authorization: `Bearer ${accessToken}` },
    })
    return ((await answer.json()) as { user_id?: string }).user_id
  }

  test('answers the id by which this app knows the person, however the number is written', async () => {
    const user = await fixture.addUser(node.db, { phone })
    const { body } = await ask({ phone })
    expect(body).toEqual({ user_id: await idOf(approved, user.id) })
    const national = phone.slice(1)
    for (const form of [`+98${national}`, `0098 ${national}`, `98-${national}`, ` ${phone} `, national]) {
      expect(await ask({ phone: form })).toEqual({ status: 200, body })
    }
    const elsewhere = await ask({ phone }, (await approvedApp()).key)
    expect(elsewhere.status).toBe(200)
    expect(elsewhere.body.user_id).not.toBe(body.user_id)
    expect([user.id, user.hostId]).not.toContain(body.user_id)
  })

  test('finds the number however the host wrote it', async () => {
    for (const kept of [`+98${phone.slice(1)}`, `0098${phone.slice(1)}`, phone.slice(1)]) {
      const user = await fixture.addUser(node.db, { phone: kept })
      expect((await ask({ phone })).status).toBe(200)
      await node.db.updateTable('users').set({ phone: null }).where('id', '=', user.id).execute()
    }
    await fixture.addUser(node.db, { phone: '+14155550123' })
    expect((await ask({ phone: '001 (415) 555-0123' })).status).toBe(200)
  })

  test('of two people with one number, the one whom the host has changed last', async () => {
    const [first, second] = [
      await fixture.addUser(node.db, { phone }),
      await fixture.addUser(node.db, { phone }),
    ]
    const later = new Date(Date.now() + 1_000)
    await node.db.updateTable('users').set({ updated_at: later }).where('id', '=', first.id).execute()
    expect((await ask({ phone })).body.user_id).toBe(await idOf(approved, first.id))
    expect((await ask({ phone })).body.user_id).not.toBe(await idOf(approved, second.id))
  })

  test('nobody, and nobody who may be found, are one 404 that does not repeat the number', async () => {
    await fixture.addUser(node.db, { phone, blacklisted: true })
    for (const sought of [phone, '09999999999']) {
      const answer = await ask({ phone: sought })
      expect(answer).toMatchObject({ status: 404, body: { code: 5 } })
      expect(JSON.stringify(answer.body)).not.toContain(sought.slice(1))
    }
  })

  test('in production an app that is not approved finds its developer and who has consented to it, and learns of nobody else', async () => {
    await using strict = await startTestServer({
      database: node.database,
      config: { mode: 'production', hostKey: TEST_HOST_KEY, publicUrl: 'https://charsu.example' },
    })
    const inDevelopment = await fixture.addApp(node.db, developer.id)
    const user = await fixture.addUser(node.db, { phone })
    const unknown = await ask({ phone: '09999999999' }, inDevelopment.key, strict.url)
    expect(await ask({ phone }, inDevelopment.key, strict.url)).toMatchObject({
      status: 404,
      body: { message: unknown.body.message },
    })
    // On a developer's own machine all people are invented.
    expect((await ask({ phone }, inDevelopment.key)).status).toBe(200)
    const { grantId } = await fixture.addGrant(node.db, inDevelopment.id, user.id, ['USER_ID'])
    expect((await ask({ phone }, inDevelopment.key, strict.url)).status).toBe(200)
    await node.db.updateTable('grants').set({ revoked_at: new Date() }).where('id', '=', grantId).execute()
    expect((await ask({ phone }, inDevelopment.key, strict.url)).status).toBe(404)
    await node.db.updateTable('users').set({ phone: '09351112233' }).where('id', '=', developer.id).execute()
    expect((await ask({ phone: '09351112233' }, inDevelopment.key, strict.url)).status).toBe(200)
  })

  test.each([
    [{}],
    [{ phone: '' }],
    [{ phone: '12' }],
    [{ phone: 9121234567 }],
    [{ phone: 'x'.repeat(41) }],
    [{ phone: '0912-abc' }],
  ])('what is no phone number is 400: %j', async (body) => {
    const answer = await ask(body)
    expect(answer).toMatchObject({ status: 400, body: { code: 3 } })
    expect(answer.body.message).toContain('phone')
  })

  test('the key needs GET_USER_ID_BY_PHONE', async () => {
    const weak = await fixture.addApp(node.db, developer.id, { permissions: ['USER_RETRIEVE'] })
    const refused = await ask({ phone }, weak.key)
    expect(refused).toMatchObject({ status: 403, body: { code: 7 } })
    expect(refused.body.message).toContain('GET_USER_ID_BY_PHONE')
  })
})
