import { FoundPost } from '@charsu/protocol/search-posts'
import * as Value from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostClient, hostClient } from '../../testing/host-client.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const SEARCH = '/v2/open-platform/finder/post'

describe('§8 POST finder/post: search', () => {
  let node: TestServer
  let host: HostClient
  let owner: string
  let app: fixture.AppFixture

  beforeAll(async () => {
    node = await startTestServer()
    host = hostClient(node)
    const user = await fixture.addUser(node.db)
    owner = user.hostId
    app = await fixture.addApp(node.db, user.id)
  })
  afterAll(() => node.close())

  const call = async (body: unknown, key = app.key) => {
    const answer = await fetch(`${node.url}${SEARCH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const search = async (body: unknown): Promise<FoundPost[]> => {
    const { status, body: answer } = await call(body)
    expect(status).toBe(200)
    const posts = answer.posts as FoundPost[]
    for (const post of posts) expect(Value.Errors(FoundPost, post)).toEqual([])
    return posts
  }
  const tokens = async (body: unknown): Promise<string[]> => (await search(body)).map(({ token }) => token)
  let minutes = 0
  const add = async (token: string, fields: object): Promise<string> => {
    const last_modified_at = new Date(Date.UTC(2026, 0, 1, 0, ++minutes)).toISOString()
    const post = { token, owner, development: false, last_modified_at, ...fields }
    expect(await host('PUT', `/posts/${token}`, post)).toMatchObject({ status: 200 })
    return token
  }

  test('finds by category, city and districts, the last modified first', async () => {
    const flat = { category: 'flats', city: 'tehran' }
    await add('place_a', { ...flat, district: 'vanak' })
    await add('place_b', { ...flat, district: 'abshar' })
    await add('place_c', { ...flat, city: 'shiraz', district: 'vanak' })
    await add('place_d', { ...flat, category: 'flats-rent', district: 'vanak' })
    expect(await tokens({ category: 'flats' })).toEqual(['place_c', 'place_b', 'place_a'])
    expect(await tokens(flat)).toEqual(['place_b', 'place_a'])
    expect(await tokens({ ...flat, districts: ['vanak', 'nowhere'] })).toEqual(['place_a'])
    expect(await tokens({ category: 'flats', districts: ['vanak'] })).toEqual(['place_c', 'place_a'])
    expect(await tokens({ city: 'tehran', districts: ['vanak'] })).toEqual(['place_d', 'place_a'])
    expect((await tokens({})).slice(0, 4)).toEqual(['place_d', 'place_c', 'place_b', 'place_a'])
    await add('place_a', { title: 'changed' })
    expect(await tokens(flat)).toEqual(['place_a', 'place_b'])
  })

  test('finds what is published, and no development post', async () => {
    for (const state of ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED', 'ARCHIVED']) {
      await add(`st_${state}`, { category: 'states', state })
    }
    await add('st_development', { category: 'states', development: true })
    expect(await tokens({ category: 'states' })).toEqual(['st_PUBLISHED'])
    await host('PUT', '/posts/st_PUBLISHED', { state: 'RETIRED' })
    expect(await tokens({ category: 'states' })).toEqual([])
  })

  test('at most 100', async () => {
    const posts = Array.from({ length: 120 }, (_, i) => ({
      token: `many_${i}`,
      owner,
      development: false,
      category: 'many',
      last_modified_at: new Date(Date.UTC(2025, 0, 1, 0, i)).toISOString(),
    }))
    await host('POST', '/posts', { posts })
    const found = await tokens({ category: 'many' })
    expect(found).toEqual(Array.from({ length: 100 }, (_, i) => `many_${119 - i}`))
  })

  test('ranges include their ends; a post that says nothing of a field is in none of its ranges', async () => {
    const rent = { category: 'rents' }
    await add('rent_1', { ...rent, data: { rent: 10, credit: '500', size: 80, rooms: 2, parking: true } })
    await add('rent_2', { ...rent, data: { rent: { value: '20', mode: 'توافقی' }, size: '۱۲۰', rooms: '3' } })
    await add('rent_3', {
      ...rent,
      data: { rent: 9_000_000_000_000, size: 45.9, rooms: 'بدون اتاق', parking: false },
    })
    await add('rent_4', { ...rent, data: { rent: 'free', size: [80], rooms: null, parking: 'maybe' } })
    const by = (query: object): Promise<string[]> => tokens({ ...rent, query })
    expect(await by({ rent: { min: 10, max: '20' } })).toEqual(['rent_2', 'rent_1'])
    expect(await by({ rent: { min: '8999999999999' } })).toEqual(['rent_3'])
    expect(await by({ credit: { max: 500 } })).toEqual(['rent_1'])
    expect(await by({ size: { min: 45, max: 80 } })).toEqual(['rent_3', 'rent_1'])
    expect(await by({ size: { min: '120' } })).toEqual(['rent_2'])
    expect(await by({ only_with_parking: true })).toEqual(['rent_1'])
    expect(await by({ only_with_parking: false })).toHaveLength(4)
    expect(await by({ rooms: ['۲', '3'] })).toEqual(['rent_2', 'rent_1'])
    expect(await by({ rooms: ['بدون اتاق'] })).toEqual(['rent_3'])
    expect(await by({ rent: { min: '-9223372036854775808', max: '9223372036854775807' } })).toHaveLength(3)
    expect(await by({ usage: { min: 0 } })).toEqual([])
  })

  test('cars are found by model, use and year', async () => {
    const car = { category: 'cars' }
    await add('car_1', { ...car, data: { brand_model: 'Peugeot 207', usage: 38_000, production_year: 1401 } })
    await add('car_2', {
      ...car,
      data: { brand_model: 'Pride 131', usage: '200000', production_year: '1390' },
    })
    const by = (query: object): Promise<string[]> => tokens({ ...car, query })
    expect(await by({ brand_model: ['Pride 131', 'Tiba'] })).toEqual(['car_2'])
    expect(await by({ usage: { max: 40_000 } })).toEqual(['car_1'])
    expect(await by({ production_year: { max: '1400' } })).toEqual(['car_2'])
    expect(await by({ production_year: { min: '1390' }, usage: { min: 1 } })).toEqual(['car_2', 'car_1'])
  })

  test('a post found has the public fields, each where the post says it', async () => {
    await add('full_1', {
      category: 'full',
      city: 'tehran',
      title: 'دو خوابه',
      last_modified_at: '2026-11-20T08:30:00Z',
      data: {
        price: { mode: 'مقطوع', value: 12_500_000_000 },
        credit: '500',
        rent: { mode: 'توافقی' },
        daily_rent: 700,
        size: 85,
        rooms: '۲',
        floor: -1,
        year: 1399,
        elevator: true,
        has_parking: 'no',
      },
    })
    await add('full_2', {
      category: 'full',
      last_modified_at: '2026-11-20T08:29:00Z',
      data: { usage: 0, installment_sale: 'yes', custom_post_subtitle: 'like new', price: '۹۵۰' },
    })
    await add('full_3', {
      category: 'full',
      last_modified_at: '2026-11-20T08:28:00Z',
      data: { price: -1, size: 2 ** 31, usage: {}, floor: 'ground', year: 1e40, rooms: '  ', elevator: 7 },
    })
    expect(await search({ category: 'full' })).toEqual([
      {
        token: 'full_1',
        title: 'دو خوابه',
        category: 'full',
        city: 'tehran',
        last_modified_at: '2026-11-20T08:30:00.000Z',
        price: { value: '12500000000', mode: 'مقطوع' },
        real_estate_fields: {
          credit: { value: '500' },
          rent: { mode: 'توافقی' },
          daily_rent: '700',
          size: 85,
          rooms: '2',
          floor: -1,
          year: 1399,
          has_elevator: true,
          has_parking: false,
        },
      },
      {
        token: 'full_2',
        title: '',
        category: 'full',
        city: '',
        last_modified_at: '2026-11-20T08:29:00.000Z',
        price: { value: '950' },
        vehicles_fields: { usage: '0', installment_sale: 'yes', custom_post_subtitle: 'like new' },
      },
      {
        token: 'full_3',
        title: '',
        category: 'full',
        city: '',
        last_modified_at: '2026-11-20T08:28:00.000Z',
      },
    ])
  })

  test('whatever a post’s data holds, it is kept and found', async () => {
    const hostile = [
      { size: '9'.repeat(10_000), rooms: 'x'.repeat(10_000), brand_model: '😀'.repeat(300), usage: 1e308 },
      {
        size: { value: { value: 1 } },
        price: { value: [], mode: {} },
        rent: true,
        parking: { value: 'true' },
      },
      { size: '1'.repeat(18), price: `0.${'1'.repeat(200)}`, credit: '-', rooms: '\\\'"', usage: '+7.9' },
    ]
    for (const [i, data] of hostile.entries()) {
      await add(`hostile_${i}`, {
        category: 'ه'.repeat(100),
        city: 'ه'.repeat(100),
        district: 'ه'.repeat(100),
        data,
      })
    }
    expect(await search({ category: 'ه'.repeat(100), city: 'ه'.repeat(100) })).toHaveLength(3)
    expect(await tokens({ category: 'ه'.repeat(100), query: { usage: { min: 7, max: 7 } } })).toEqual([
      'hostile_2',
    ])
  })

  test('the body may be empty, and what is wrong in it is named', async () => {
    expect(await call('')).toMatchObject({ status: 200 })
    const wrong = await call({ query: { size: { min: '9'.repeat(100) } } })
    expect(wrong).toMatchObject({ status: 400, body: { code: 3 } })
    expect(wrong.body.message).toContain('query.size.min')
    expect(await call({ category: 'a\u0000' })).toMatchObject({ status: 400 })
    expect(await call([])).toMatchObject({ status: 400 })
  })

  test('the key needs SEARCH_POST', async () => {
    const weak = await fixture.addApp(node.db, (await fixture.addUser(node.db)).id, {
      permissions: ['GET_POST'],
    })
    const refused = await call({}, weak.key)
    expect(refused).toMatchObject({ status: 403, body: { code: 7 } })
    expect(refused.body.message).toContain('SEARCH_POST')
    expect(await call({}, 'ck_unknown')).toMatchObject({ status: 401 })
  })
})
