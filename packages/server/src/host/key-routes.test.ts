import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppFixture, addApp, addUser } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

let node: TestServer
let other: TestServer
let app: AppFixture

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${node.url}/host/v1/apps/${app.slug}/keys${path}`, {
    method,
    headers: { authorization: `Bearer ${node.hostKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text(), cache: answer.headers.get('cache-control') }
}
const make = async () => JSON.parse((await call('POST', '', { name: 'ops', permissions: ['GET_POST'] })).text)

/** Whether a node takes the key; which post there is does not matter. */
const works = async (url: string, key: string): Promise<boolean> =>
  (await fetch(`${url}/v1/open-platform/finder/post/nothing`, { headers: { 'x-api-key': key } })).status !==
  401

beforeAll(async () => {
  node = await startTestServer()
  other = await startTestServer({ database: node.database })
  app = await addApp(node.db, (await addUser(node.db, { developer: true })).id, { permissions: ['GET_POST'] })
  await node.db
    .insertInto('app_permissions')
    .values({ app_id: app.id, name: 'GET_POST' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
})
afterAll(async () => {
  await other.close()
  await node.close()
})

describe('keys in the hands of an operator', () => {
  test('a key is shown once, at its making; lists tell it by its first characters, and no hash shows', async () => {
    const made = await call('POST', '', { name: 'ops', permissions: ['GET_POST'] })
    expect(made).toMatchObject({ status: 200, cache: 'no-store' })
    const { key, ...view } = JSON.parse(made.text)
    expect(key).toMatch(/^ck_/)
    expect(await works(node.url, key)).toBe(true)
    const list = await call('GET', '')
    expect(JSON.parse(list.text).keys[0]).toEqual(view)
    for (const { text } of [made, list]) expect(text).not.toContain('hash')
    expect(list.text).not.toContain(key)
    expect(view.hint).toBe(key.slice(0, 8))
  })

  test('a revoked key works no more: not here from then on, and on no other node once that has heard', async () => {
    const { key, id } = await make()
    expect([await works(node.url, key), await works(other.url, key)]).toEqual([true, true])
    const answer = await call('DELETE', `/${id}`)
    expect(answer.status).toBe(200)
    expect(answer.text).not.toContain(key)
    expect(await works(node.url, key)).toBe(false)
    await waitFor(async () => !(await works(other.url, key)))
    expect(JSON.parse((await call('DELETE', `/${id}`)).text)).toEqual(JSON.parse(answer.text))
  })

  test('a key carries nothing that its app does not ask for', async () => {
    const answer = await call('POST', '', { permissions: ['GET_POST', 'USER_RETRIEV'] })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('permissions[1]')
  })

  test('what is not there is named, with where to look', async () => {
    const unknownKey = await call('DELETE', '/01890000-0000-7000-8000-000000000000')
    expect(unknownKey.status).toBe(404)
    expect(unknownKey.text).toContain(`GET /host/v1/apps/${app.slug}/keys`)
    const elsewhere = await fetch(`${node.url}/host/v1/apps/nobodys/keys`, {
      headers: { authorization: `Bearer ${node.hostKey}` },
    })
    expect([elsewhere.status, await elsewhere.text()]).toEqual([404, expect.stringContaining('APP_UNKNOWN')])
  })

  test('a key of another app is not to be revoked through this one', async () => {
    const { id, key } = await make()
    const theirs = await addApp(node.db, (await addUser(node.db)).id)
    const answer = await fetch(`${node.url}/host/v1/apps/${theirs.slug}/keys/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${node.hostKey}` },
    })
    expect(answer.status).toBe(404)
    expect(await works(node.url, key)).toBe(true)
  })
})
