import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpDetail } from '../../packages/server/testing/help-page.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

describe('§2 a client that leaves the message’s type out', () => {
  test.each([
    ['absent', {}],
    ['null', { type: null }],
    ['empty', { type: '' }],
    ['TEXT', { type: 'TEXT' }],
  ])('%s is a text', async (_, type) => {
    const { body } = await bed.call('POST', bed.sendPath, { message: 'present', ...type })
    const older = await bed.call('POST', '/v2/open-platform/chat/conversation', {
      user_id: bed.ids.seller,
      peer_id: bed.ids.buyer,
      post_token: bed.post.token,
      message: 'older',
      ...type,
    })
    const ids = [body.message_id, older.body.message_id]
    const { rows } = await bed.node.database.pool.query(
      'select type, body from messages where id = any ($1) order by sequence',
      [ids],
    )
    expect(rows).toEqual([
      { type: 'TEXT', body: { text: 'present' } },
      { type: 'TEXT', body: { text: 'older' } },
    ])
  })

  test.each(['text', 'PHOTO', 'IMAGE'])('%s, which needs something else, is named', async (type) => {
    expect(await bed.call('POST', bed.sendPath, { message: 'x', type })).toMatchObject({
      status: 400,
      body: { details: [{ field_violations: [{ field: 'type' }] }, {}, helpDetail('INVALID_FIELDS')] },
    })
  })
})
