import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addToken, createParty, createWorld, type Party, type World } from './authorisation/world.ts'

/** Every rule of wire contract §2, kept and broken over HTTP; refused messages leave nothing behind. */

let world: World
let token: string

beforeAll(async () => {
  world = await createWorld()
  token = await addToken(world, world.app, world.party.seller, {
    scopes: [`CONVERSATION_SEND_MESSAGE.${world.party.conversationId}`],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

interface Answer {
  status: number
  code?: number
  message: string
  fields: Record<string, string>
  reason?: string
}

async function send(
  body: unknown,
  { to = world.party.conversationId, as = token }: { to?: string; as?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${world.node.url}/v2/open-platform/conversations/${to}/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': world.app.key,
      authorization: `Bearer ${as}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  const {
    code,
    message,
    details = [],
  } = (await response.json()) as {
    code?: number
    message: string
    details?: { reason?: string; field_violations?: { field: string; description: string }[] }[]
  }
  const violations = details.flatMap(({ field_violations = [] }) => field_violations)
  const reason = details.find((detail) => detail.reason)?.reason
  return {
    status: response.status,
    message,
    fields: Object.fromEntries(violations.map(({ field, description }) => [field, description])),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
  }
}

const countMessages = async (): Promise<number> =>
  (await world.node.db.selectFrom('messages').select('id').execute()).length

const x = (length: number): string => 'x'.repeat(length)
const LINK = { open_direct_link: 'https://app.example/' }
const BUTTON = { caption: 'Open', action: LINK }
const grid = (rows: number, columns: number) => ({
  rows: Array.from({ length: rows }, () => ({ buttons: Array(columns).fill(BUTTON) })),
})
const withGrid = (sender_buttons: unknown) => ({ message: 'hello', sender_buttons })
const withButton = (button: unknown) => withGrid({ rows: [{ buttons: [button] }] })
const withAction = (action: unknown) => withButton({ caption: 'Open', action })
const withLink = (open_direct_link: unknown) => withAction({ open_direct_link })
/** Data whose JSON has this many bytes. */
const data = (bytes: number) => ({ k: x(bytes - '{"k":""}'.length) })
const older = (action: string, more: object) => ({ message: 'hello', sender_btn: { action, data: more } })

describe('at the limit of a rule a message is sent', () => {
  test.each<[string, unknown]>([
    ['a text of 1 character', { message: 'x' }],
    ['a text of 4096 characters', { message: x(4096) }],
    ['a text of 4096 characters beyond the basic plane', { message: '😀'.repeat(4096) }],
    ['both grids of 3 by 3', { message: 'x', sender_buttons: grid(3, 3), receiver_buttons: grid(3, 3) }],
    ['empty rows beside three', withGrid({ rows: [{}, ...grid(3, 1).rows, { buttons: [] }, null] })],
    ['an empty grid', withGrid({ rows: [] })],
    [
      'nulls for everything that may be absent',
      { type: null, message: 'x', media_token: null, sender_buttons: null, receiver_buttons: { rows: null } },
    ],
    ['a caption of 1 character', withButton({ ...BUTTON, caption: 'x' })],
    ['a caption of 100 characters', withButton({ ...BUTTON, caption: x(100) })],
    ['a caption of 100 emoji', withButton({ ...BUTTON, caption: '😀'.repeat(100) })],
    ['an icon that nobody knows', withButton({ ...BUTTON, icon: 'نام آیکون' })],
    ['a link of 2048 characters', withLink(`https://app.example/${x(2048 - 20)}`)],
    ['a link of http', withLink('http://app.example')],
    ['data of 4 KiB', withAction({ open_server_link: { data: data(4096) } })],
    ['data left out', withAction({ get_dynamic_action: {} })],
    ['a post page', withAction({ open_post_page: { post_token: 'AbC_1' } })],
    ['an empty string beside the action', withAction({ ...LINK, open_post_page: { post_token: '' } })],
    ['the older button', older('DIRECT_LINK', { caption: 'Open', direct_link: 'https://app.example/' })],
    ['unknown fields at every depth', { ...withButton({ ...BUTTON, size: 1 }), topic: { a: 1 } }],
  ])('%s', async (_, body) => {
    expect(await send(body)).toMatchObject({ status: 200, message: 'success' })
  })
})

describe('a breach is refused by the name of its field, and nothing is sent', () => {
  const at = 'sender_buttons.rows[0].buttons[0]'
  test.each<[string, unknown, string, RegExp]>([
    ['no text', {}, 'message', /is required/],
    ['a text of white space', { message: ' \n\u00a0' }, 'message', /not white space/],
    ['a text of 4097 characters', { message: x(4097) }, 'message', /at most 4096 characters, but has 4097/],
    ['a text that is a number', { message: 5 }, 'message', /must be a string/],
    ['another type', { message: 'x', type: 'IMAGE' }, 'type', /needs a media_token/],
    ['a type that there is not', { message: 'x', type: 'POEM' }, 'type', /TEXT/],
    ['TEXT beside media', { type: 'TEXT', media_token: 'cm_x' }, 'type', /TEXT beside a media_token/],
    ['text and media', { message: 'x', media_token: 'm' }, 'media_token', /beside message/],
    ['media that nobody uploaded', { media_token: `cm_${x(22)}` }, 'media_token', /no upload of yours/],
    ['a grid of 4 rows by 3', withGrid(grid(4, 3)), 'sender_buttons.rows', /at most 3 rows, but has 4/],
    [
      'a grid of 3 rows by 4',
      withGrid(grid(3, 4)),
      'sender_buttons.rows[0].buttons',
      /at most 3 buttons, but has 4/,
    ],
    [
      'the receiver’s grid of 4 rows',
      { message: 'x', receiver_buttons: grid(4, 1) },
      'receiver_buttons.rows',
      /at most 3/,
    ],
    ['a grid that is a list', withGrid([]), 'sender_buttons', /must be/],
    ['a caption of 0 characters', withButton({ ...BUTTON, caption: '' }), `${at}.caption`, /is required/],
    ['no caption', withButton({ action: LINK }), `${at}.caption`, /is required/],
    [
      'a caption of 101 characters',
      withButton({ ...BUTTON, caption: x(101) }),
      `${at}.caption`,
      /at most 100 characters, but has 101/,
    ],
    ['no action', withButton({ caption: 'Open' }), `${at}.action`, /is required/],
    ['an action of no kind', withAction({}), `${at}.action`, /has no action/],
    ['an action of two kinds', withAction({ ...LINK, open_server_link: {} }), `${at}.action`, /keep one/],
    [
      'a misspelt action',
      withAction({ open_directlink: 'https://a.b' }),
      `${at}.action`,
      /Did you mean "open_direct_link"/,
    ],
    [
      'a javascript: link',
      withLink('javascript:alert(1)'),
      `${at}.action.open_direct_link`,
      /scheme is "javascript:"/,
    ],
    [
      'a JavaScript: link behind a tab',
      withLink('\tJavaScript:alert(1)'),
      `${at}.action.open_direct_link`,
      /http or https/,
    ],
    [
      'a javascript: link across lines',
      withLink('java\nscript:alert(1)'),
      `${at}.action.open_direct_link`,
      /http or https/,
    ],
    ['a data: link', withLink('data:text/html,x'), `${at}.action.open_direct_link`, /scheme is "data:"/],
    ['a file: link', withLink('file:///etc/passwd'), `${at}.action.open_direct_link`, /scheme is "file:"/],
    ['a link without scheme', withLink('//app.example'), `${at}.action.open_direct_link`, /absolute/],
    ['a relative link', withLink('/path'), `${at}.action.open_direct_link`, /absolute/],
    [
      'a link of 2049 characters',
      withLink(`https://app.example/${x(2049 - 20)}`),
      `${at}.action.open_direct_link`,
      /at most 2048/,
    ],
    [
      'data of 4097 bytes',
      withAction({ open_server_link: { data: data(4097) } }),
      `${at}.action.open_server_link.data`,
      /at most 4096 bytes/,
    ],
    [
      'data that is a list',
      withAction({ get_dynamic_action: { data: [] } }),
      `${at}.action.get_dynamic_action.data`,
      /must be a JSON object/,
    ],
    [
      'a post page without post',
      withAction({ open_post_page: {} }),
      `${at}.action.open_post_page.post_token`,
      /is required/,
    ],
    [
      'a post token of 17 characters',
      withAction({ open_post_manage_page: { post_token: x(17) } }),
      `${at}.action.open_post_manage_page.post_token`,
      /16/,
    ],
    [
      'an older button of no kind',
      older('OPEN', { caption: 'x' }),
      'sender_btn.action',
      /LINK or DIRECT_LINK/,
    ],
    [
      'an older javascript: link',
      older('DIRECT_LINK', { caption: 'x', direct_link: 'javascript:x' }),
      'sender_btn.data.direct_link',
      /scheme is "javascript:"/,
    ],
  ])('%s', async (_, body, field, description) => {
    const before = await countMessages()
    const answer = await send(body)
    expect(answer).toMatchObject({
      status: 400,
      code: 3,
      fields: { [field]: expect.stringMatching(description) },
    })
    expect(answer.message).toContain(Object.keys(answer.fields)[0])
    expect(await countMessages()).toBe(before)
  })

  test('all wrong fields are named at once', async () => {
    const body = { message: '', type: 'X', ...{ sender_buttons: grid(4, 1), receiver_buttons: grid(1, 4) } }
    const { fields } = await send(body)
    expect(Object.keys(fields).toSorted()).toEqual([
      'message',
      'receiver_buttons.rows[0].buttons',
      'sender_buttons.rows',
      'type',
    ])
  })
})

describe('a conversation', () => {
  const OF_SUPPLIER = 'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND'
  const tokenOf = (user: Party['seller'], scopes: string[]) => addToken(world, world.app, user, { scopes })
  const body = { message: 'hello' }

  test.each(['x', 'no-uuid', `${randomUUID()}0`, '%00', '..%2f..'])('that is no UUID: %s', async (to) => {
    expect(await send(body, { to })).toMatchObject({ status: 400, code: 3 })
  })

  test('that is not there is refused like one outside the scopes', async () => {
    const to = randomUUID()
    const scope = `CONVERSATION_SEND_MESSAGE.${to}`
    expect(await send(body, { to })).toMatchObject({
      status: 403,
      code: 7,
      message: expect.stringContaining(scope),
    })
    const wide = await tokenOf(world.party.seller, [OF_SUPPLIER])
    expect(await send(body, { to, as: wide })).toMatchObject({ status: 403, reason: 'SCOPE_MISSING' })
    const exact = await tokenOf(world.party.seller, [scope])
    expect(await send(body, { to, as: exact })).toMatchObject({ status: 404, reason: 'CONVERSATION_UNKNOWN' })
  })

  test('of other people is refused, whatever scope the token carries', async () => {
    const other = await createParty(world.node, false)
    const to = other.conversationId
    expect(await send(body, { to })).toMatchObject({ status: 403, reason: 'SCOPE_MISSING' })
    for (const scopes of [[OF_SUPPLIER], [`CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${other.post.token}`]]) {
      const as = await tokenOf(world.party.seller, scopes)
      expect(await send(body, { to, as })).toMatchObject({ status: 403, reason: 'SCOPE_MISSING' })
    }
    const as = await tokenOf(world.party.seller, [`CONVERSATION_SEND_MESSAGE.${to}`])
    expect(await send(body, { to, as })).toMatchObject({ status: 403, reason: 'NOT_A_PARTICIPANT' })
  })

  test('is open to its buyer by its own scope alone, for the others are the owner’s', async () => {
    const { buyer, post, conversationId } = world.party
    for (const scope of [OF_SUPPLIER, `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${post.token}`]) {
      const as = await tokenOf(buyer, [scope])
      expect(await send(body, { as })).toMatchObject({ status: 403, reason: 'SCOPE_MISSING' })
    }
    const as = await tokenOf(buyer, [`CONVERSATION_SEND_MESSAGE.${conversationId}`])
    expect(await send(body, { as })).toMatchObject({ status: 200 })
  })

  const block = async (blocker: Party['seller'], blocked: Party['seller']): Promise<void> => {
    await world.node.db
      .insertInto('blocks')
      .values({ blocker_id: blocker.id, blocked_id: blocked.id })
      .execute()
  }
  const blacklist = async (user: Party['seller']): Promise<void> => {
    await world.node.db.updateTable('users').set({ blacklisted: true }).where('id', '=', user.id).execute()
  }
  test.each<[string, (party: Party) => Promise<void>]>([
    ['seller has blocked the buyer', ({ seller, buyer }) => block(seller, buyer)],
    ['buyer has blocked the seller', ({ seller, buyer }) => block(buyer, seller)],
    ['seller is blacklisted', ({ seller }) => blacklist(seller)],
    ['buyer is blacklisted', ({ buyer }) => blacklist(buyer)],
  ])('whose %s takes no message: code 9', async (_, restrict) => {
    const party = await createParty(world.node, false)
    const { seller, conversationId } = party
    await restrict(party)
    const as = await tokenOf(seller, [`CONVERSATION_SEND_MESSAGE.${conversationId}`])
    expect(await send(body, { to: conversationId, as })).toEqual({
      status: 412,
      code: 9,
      message: "message delivery failed due to recipient's restriction",
      fields: {},
      reason: 'RECIPIENT_RESTRICTED',
    })
  })
})
