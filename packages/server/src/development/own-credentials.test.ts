import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const ownKey = () => `eyJhbGciOiJIUzI1NiJ9.${randomBytes(60).toString('base64url')}`

let node: TestServer
beforeAll(async () => {
  node = await startTestServer()
})
afterAll(() => node.close())

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(node.url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const put = (slug: string, body: unknown) => call('PUT', `/dev/v1/apps/${slug}`, body)
/** Needs a key that works, and nothing else. */
const statusWithKey = async (key: string) =>
  (await call('GET', '/v1/open-platform/finder/post/unknown', undefined, { 'x-api-key': key })).status
/** 400 once the client is known by its secret. */
const statusWithSecret = async (client_id: string, client_secret: string) =>
  (await call('POST', '/oauth2/token', { grant_type: 'refresh_token', client_id, client_secret })).status

describe('an app that has credentials in its configuration already', () => {
  test('keeps them: key, client secret and identification key work, and are told at every later call', async () => {
    const own = { api_key: ownKey(), client_secret: 'their/own+secret=', identification_key: 'their-ident' }
    expect(await statusWithKey(own.api_key)).toBe(401)
    expect(await put('own', own)).toMatchObject({ status: 200, body: { ...own, created: true } })
    expect(await statusWithKey(own.api_key)).toBe(404)
    expect(await statusWithSecret('own', own.client_secret)).toBe(400)
    expect(await put('own', {})).toMatchObject({ status: 200, body: { ...own, created: false } })
  })

  test('may get them later, beside those that were made for it', async () => {
    const { body: made } = await put('later', {})
    const own = { api_key: ownKey(), client_secret: 'another-own-secret' }
    expect(await put('later', own)).toMatchObject({ status: 200, body: own })
    for (const key of [made.api_key, own.api_key]) expect(await statusWithKey(String(key))).toBe(404)
    for (const secret of [made.client_secret, own.client_secret]) {
      expect(await statusWithSecret('later', String(secret))).toBe(400)
    }
  })

  test('keeps them hashed, as all are', async () => {
    const own = { api_key: ownKey(), client_secret: `secret-${ownKey()}` }
    await put('hashed', own)
    const { rows } = await node.database.pool.query<{ hint: string; text: string }>(
      `select k.hint, to_jsonb(k)::text || coalesce(jsonb_agg(to_jsonb(s))::text, '') as text
       from apps a join api_keys k on k.app_id = a.id left join app_secrets s on s.app_id = a.id
       where a.slug = 'hashed' group by k.id`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.text).not.toContain(own.api_key)
    expect(rows[0]?.text).not.toContain(own.client_secret)
  })

  test('is refused a key that another app has, and then nothing is changed', async () => {
    const key = ownKey()
    await put('holder', { api_key: key })
    expect(await put('other', { api_key: key, display_name: 'Other' })).toMatchObject({
      status: 409,
      body: { code: 6, details: [{ reason: 'KEY_OF_ANOTHER_APP' }, {}] },
    })
    const { body } = await call('GET', '/dev/v1')
    expect(body.apps).not.toContain('other')
  })

  test.each([
    ['', 'api_key'],
    ['with space', 'client_secret'],
    ['line\nbreak', 'identification_key'],
    ['x'.repeat(5000), 'api_key'],
  ])('%j as a credential is refused by name and not repeated', async (value, field) => {
    const { status, body } = await put('refused', { [field]: value })
    expect({ status, details: body.details }).toMatchObject({
      status: 400,
      details: expect.arrayContaining([
        expect.objectContaining({ field_violations: [expect.objectContaining({ field })] }),
      ]),
    })
    if (value !== '') expect(JSON.stringify(body)).not.toContain(value.slice(0, 50))
  })

  test('is nothing that production serves', async () => {
    await using production = await startTestServer({
      config: { mode: 'production', publicUrl: 'https://charsu.example' },
    })
    const answer = await fetch(`${production.url}/dev/v1/apps/own`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api_key: ownKey() }),
    })
    expect(answer.status).toBe(404)
  })
})
