import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { badFields, type HostClient, hostClient } from '../../testing/host-client.ts'
import { addUser } from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('host API: posts', () => {
  let node: TestServer
  let host: HostClient
  let owner: string

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    owner = (await addUser(node.db)).hostId
  })
  afterAll(() => node.close())

  const newToken = (): string => randomUUID().replaceAll('-', '').slice(0, 16)

  test('every field is kept as it was sent', async () => {
    const token = newToken()
    const post = {
      owner,
      category: 'apartment-sell',
      city: 'tehran',
      district: 'abshar',
      title: 'آپارتمان ۸۵ متری',
      images: ['https://images.example/1.jpg', 'http://images.example/2.jpg'],
      state: 'PAYMENT_REQ',
      chat_enabled: false,
      is_phone_hidden: true,
      development: true,
      first_published_at: '2026-03-21T12:00:00+03:30',
      last_modified_at: '2026-03-22T08:30:00.25Z',
      data: { size: 85, nested: { rooms: [1, 2] } },
      location: { latitude: 35.7152, longitude: 51.4043, type: 'APPROXIMATE' },
      video: { name: 'raw/1.mp4', thumbnail_name: 'thumbnail/1.jpg', duration: 34 },
      business: { name: 'Kamran & sons', type: 'REAL_ESTATE' },
      reject_reason: 'the price is missing',
    }
    const answer = await host('PUT', `/posts/${token}`, post)
    expect(answer).toEqual({
      status: 200,
      body: {
        ...post,
        token,
        first_published_at: '2026-03-21T08:30:00.000Z',
        last_modified_at: '2026-03-22T08:30:00.250Z',
      },
    })
    expect(await host('GET', `/posts/${token}`)).toEqual(answer)
  })

  test('a new post is published now unless told otherwise; later calls change what they send alone', async () => {
    const token = newToken()
    const created = await host('PUT', `/posts/${token}`, { owner, title: 'one' })
    expect(created).toMatchObject({
      body: { state: 'PUBLISHED', chat_enabled: true, development: false, images: [], data: {} },
    })
    const { first_published_at, last_modified_at } = created.body as Record<string, string>
    expect(Date.parse(first_published_at!)).toBeGreaterThan(0)
    await host('PUT', `/posts/${token}`, { data: { a: 1 } })
    const same = await host('PUT', `/posts/${token}`, { title: 'one', owner })
    const { body } = (await host('GET', `/posts/${token}`)) as { body: Record<string, string> }
    expect(body).toMatchObject({ title: 'one', first_published_at, data: { a: 1 } })
    expect(same.body).toEqual(body)
    expect(Date.parse(body.last_modified_at!)).toBeGreaterThanOrEqual(Date.parse(last_modified_at!))
  })

  test('a post under review has no publication yet; publishing it sets one, once', async () => {
    const token = newToken()
    const draft = await host('PUT', `/posts/${token}`, { owner, state: 'REVIEW_REQ' })
    expect(draft).toMatchObject({ body: { state: 'REVIEW_REQ', first_published_at: null } })
    const published = await host('PUT', `/posts/${token}`, { state: 'PUBLISHED' })
    const { first_published_at } = published.body as Record<string, string>
    expect(first_published_at).toEqual(expect.any(String))
    expect(await host('PUT', `/posts/${token}`, { state: 'RETIRED' })).toMatchObject({
      body: { state: 'RETIRED', first_published_at },
    })
  })

  test('location, video, business and the reason are taken away by what is empty, each alone', async () => {
    const token = newToken()
    const details = {
      location: { latitude: -90, longitude: 180 },
      video: { name: 'a', thumbnail_name: 'b', duration: 0 },
      business: { type: 'CAR' },
      reject_reason: 'no',
    }
    const set = { ...details, location: { ...details.location, type: 'EXACT' } }
    expect(await host('PUT', `/posts/${token}`, { owner, ...details })).toMatchObject({ body: set })
    for (const [name, empty] of [
      ['location', {}],
      ['video', {}],
      ['business', {}],
      ['reject_reason', ''],
    ] as const) {
      expect(await host('PUT', `/posts/${token}`, { title: name })).toMatchObject({ body: set })
      const { body } = await host('PUT', `/posts/${token}`, { [name]: empty })
      expect(body).toMatchObject({ ...set, [name]: empty })
      expect((body as Record<string, unknown>)[name]).toEqual(empty)
      await host('PUT', `/posts/${token}`, details)
    }
  })

  test('half a location, half a video and values out of range are refused', async () => {
    const answer = await host('PUT', `/posts/${newToken()}`, {
      owner,
      location: { latitude: 91, type: 'ABOUT' },
      video: { name: 'x', duration: -1 },
      business: { type: 'BANK', name: 'n'.repeat(101) },
      reject_reason: 'r'.repeat(1001),
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 3 } })
    const { details } = answer.body as { details: { field_violations: { field: string }[] }[] }
    expect(details[0]!.field_violations.map(({ field }) => field).sort()).toEqual([
      'business.name',
      'business.type',
      'location.latitude',
      'location.longitude',
      'location.type',
      'reject_reason',
      'video.duration',
      'video.thumbnail_name',
    ])
  })

  test('a removed post is kept as ARCHIVED; removing it again changes nothing, what is not there is 404', async () => {
    const token = newToken()
    await host('PUT', `/posts/${token}`, { owner, title: 'gone soon' })
    const removed = await host('DELETE', `/posts/${token}`)
    expect(removed).toMatchObject({ status: 200, body: { token, state: 'ARCHIVED', title: 'gone soon' } })
    expect(await host('DELETE', `/posts/${token}`)).toEqual(removed)
    expect(await host('DELETE', '/posts/nothing')).toMatchObject({ status: 404, body: { code: 5 } })
    expect(await host('DELETE', '/posts/a.b')).toMatchObject({ status: 404 })
  })

  test('every wrong field is named', async () => {
    const answer = await host('PUT', `/posts/${newToken()}`, {
      owner: 'a b',
      title: 't'.repeat(301),
      images: ['https://ok.example/', 'javascript:alert(1)', 'ftp://x.example/', '/relative', 7],
      state: 'PUBLISHD',
      chat_enabled: 'no',
      first_published_at: '2026-02-30T00:00:00Z',
      last_modified_at: 'yesterday',
      data: ['no object'],
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 3 } })
    const { details } = answer.body as { details: { field_violations: { field: string }[] }[] }
    expect(details[0]!.field_violations.map(({ field }) => field).sort()).toEqual([
      'chat_enabled',
      'data',
      'first_published_at',
      'images[1]',
      'images[2]',
      'images[3]',
      'images[4]',
      'last_modified_at',
      'owner',
      'state',
      'title',
    ])
    expect(JSON.stringify(details)).toContain('Did you mean \\"PUBLISHED\\"?')
  })

  test('more than 50 images are refused', async () => {
    const images = Array.from({ length: 51 }, (_, i) => `https://images.example/${i}`)
    expect(await host('PUT', `/posts/${newToken()}`, { owner, images })).toMatchObject(
      badFields({ images: expect.stringContaining('at most 50') }),
    )
  })

  test('data may have 64 KiB and not a byte more', async () => {
    const wrapped = JSON.stringify({ text: '' }).length
    const token = newToken()
    const fits = { text: 'x'.repeat(64 * 1024 - wrapped) }
    expect(await host('PUT', `/posts/${token}`, { owner, data: fits })).toMatchObject({ status: 200 })
    const tooMuch = { text: `${fits.text}x` }
    expect(await host('PUT', `/posts/${token}`, { data: tooMuch })).toMatchObject(
      badFields({ data: expect.stringContaining('65536') }),
    )
  })

  test.each([
    ['a dot', 'a.b'],
    ['17 characters', 'x'.repeat(17)],
    ['a Persian letter', '%D8%A2'],
  ])('a token with %s is refused', async (_name, token) => {
    expect(await host('PUT', `/posts/${token}`, { owner })).toMatchObject(
      badFields({ token: expect.stringContaining('1 to 16') }),
    )
    expect(await host('GET', `/posts/${token}`)).toMatchObject({ status: 404 })
  })

  test('an owner is needed, must exist and never changes', async () => {
    const token = newToken()
    expect(await host('PUT', `/posts/${token}`, {})).toMatchObject(
      badFields({ owner: expect.stringContaining('required') }),
    )
    expect(await host('PUT', `/posts/${token}`, { owner: 'nobody' })).toMatchObject(
      badFields({ owner: expect.stringContaining('no such user') }),
    )
    await host('PUT', `/posts/${token}`, { owner })
    const other = (await addUser(node.db)).hostId
    expect(await host('PUT', `/posts/${token}`, { owner: other })).toMatchObject(
      badFields({ owner: expect.stringContaining('never changes') }),
    )
  })

  test('an unknown post is 404, a wrong key 401, NUL in data 400', async () => {
    expect(await host('GET', '/posts/nothing')).toMatchObject({ status: 404, body: { code: 5 } })
    expect(await hostClient(node, 'y'.repeat(40))('GET', '/posts/nothing')).toMatchObject({ status: 401 })
    const nul = await host('PUT', `/posts/${newToken()}`, { owner, data: { 'a\u0000': 'b' } })
    expect(nul).toMatchObject({ status: 400, body: { code: 3 } })
  })
})
