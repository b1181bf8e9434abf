import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const PATH = '/v1/open-platform/users'

describe('§8 a client that reads its user by POST', () => {
  test.each([
    ['nothing', ''],
    ['an empty object', {}],
    ['something of its own', { phone: '09' }],
    ['a list', []],
    ['null', 'null'],
  ])('gets what GET answers, sending %s', async (_, body) => {
    const expected = await bed.call('GET', PATH)
    expect(expected.body).toEqual({
      user_id: bed.ids.seller,
      phone_number: '09121234567',
      phone_numbers: ['09121234567'],
    })
    const answer = await bed.call('POST', PATH, body)
    expect([answer.status, answer.body]).toEqual([200, expected.body])
  })

  test('also as an empty form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await bed.call('POST', PATH, '', form)).status).toBe(200)
  })
})
