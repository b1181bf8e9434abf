import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { helpDetail } from '../../packages/server/testing/help-page.ts'
import { type ClientBed, openClientBed } from './client-bed.ts'

let bed: ClientBed
beforeAll(async () => {
  bed = await openClientBed()
})
afterAll(() => bed[Symbol.asyncDispose]())
beforeEach(() => bed.node.db.deleteFrom('messages').execute())

const NOTHING = {
  open_direct_link: null,
  open_server_link: null,
  get_dynamic_action: null,
  open_post_page: null,
  open_post_manage_page: null,
}

const kept = async () => {
  const { body } = await bed.node.db.selectFrom('messages').select('body').executeTakeFirstOrThrow()
  return (body as { sender_buttons?: { rows: { buttons: { action: unknown }[] }[] } }).sender_buttons?.rows[0]
    ?.buttons[0]?.action
}

const sendWith = (action: unknown) =>
  bed.call('POST', bed.sendPath, {
    type: 'TEXT',
    message: 'hello',
    media_token: null,
    sender_buttons: { rows: [{ buttons: [{ action, caption: 'Open', icon: null, icon_name: 'EDIT' }] }] },
    receiver_buttons: null,
    sender_btn: null,
  })

describe('§2 a generated client that writes every member of an action, null where it is unused', () => {
  test.each([
    ['open_direct_link', { open_direct_link: 'https://app.example/' }],
    ['open_server_link', { open_server_link: { data: { a: null, b: [null] } } }],
    ['get_dynamic_action', { get_dynamic_action: { data: {} } }],
    ['open_post_page', { open_post_page: { post_token: 'abc' } }],
    ['open_post_manage_page', { open_post_manage_page: { post_token: 'abc' } }],
  ])('%s', async (_, action) => {
    expect((await sendWith({ ...NOTHING, ...action })).status).toBe(200)
    expect(await kept(), 'nulls within the app’s own data stay').toEqual(action)
  })

  test('empty members count as null', async () => {
    const empty = { open_direct_link: '', open_post_page: { post_token: '' }, open_post_manage_page: {} }
    const action = { open_server_link: { data: { a: 1 } } }
    expect((await sendWith({ ...NOTHING, ...empty, ...action })).status).toBe(200)
    expect(await kept()).toEqual(action)
  })

  test('nothing but nulls is no action, and two are one too many', async () => {
    const field = 'sender_buttons.rows[0].buttons[0].action'
    const two = { open_direct_link: 'https://app.example/', get_dynamic_action: { data: {} } }
    for (const action of [NOTHING, { ...NOTHING, ...two }]) {
      expect(await sendWith(action)).toMatchObject({
        status: 400,
        body: { details: [{ field_violations: [{ field }] }, {}, helpDetail('INVALID_FIELDS')] },
      })
    }
    expect(await bed.texts()).toEqual([])
  })
})
