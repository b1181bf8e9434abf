import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sendMessageParser } from './send-message.ts'

const text = (length: number) => 'x'.repeat(length)
const direct = { action: { open_direct_link: 'https://example.com/' }, caption: 'Open' }
const server = { action: { open_server_link: { data: { k: 'v' } } }, caption: 'Start' }
const grid = (...buttons: object[]) => ({ rows: [{ buttons }] })

function accepted(input: unknown) {
  const result = sendMessageParser.parse(input)
  return result.ok ? result.value : result.violations
}

function refused(input: unknown): Record<string, string> {
  const result = sendMessageParser.parse(input)
  return result.ok ? {} : Object.fromEntries(result.violations.map((v) => [v.field, v.description]))
}

describe('a message is read', () => {
  test('with the grid of each side', () => {
    const body = {
      type: 'TEXT',
      message: 'متن پیام',
      sender_buttons: grid({ ...direct, icon_name: 'نام آیکون' }, server),
      receiver_buttons: grid(server),
    }
    expect(accepted(body)).toEqual({
      says: { text: 'متن پیام' },
      senderButtons: grid({ ...direct, icon: 'نام آیکون' }, server),
      receiverButtons: grid(server),
    })
  })

  test.each([
    ['text alone', { message: 'x' }],
    ['empty grids', { message: 'x', sender_buttons: { rows: [] }, receiver_buttons: {} }],
    [
      'nulls for what is absent',
      { message: 'x', type: null, media_token: null, sender_buttons: null, sender_btn: null },
    ],
    ['an empty media_token', { message: 'x', media_token: '' }],
    ['unknown fields', { message: 'x', conversation_id: 'y' }],
  ])('from %s', (_, body) => {
    expect(accepted(body)).toEqual({ says: { text: 'x' } })
  })

  test.each([
    ['4096 letters', text(4096)],
    ['4096 emoji', '😀'.repeat(4096)],
    ['space around the text, kept', ' x\n'],
  ])('with %s', (_, message) => {
    expect(accepted({ message })).toEqual({ says: { text: message } })
  })

  test('with the older buttons, each a grid of one', () => {
    const body = {
      message: 'x',
      sender_btn: {
        action: 'DIRECT_LINK',
        data: { icon_name: 'ADD', caption: 'Open', direct_link: 'https://example.com/', extra_data: null },
      },
      receiver_btn: { action: 'LINK', data: { caption: 'Start', extra_data: { k: 'v' }, direct_link: '' } },
    }
    expect(accepted(body)).toEqual({
      says: { text: 'x' },
      senderButtons: grid({ ...direct, icon: 'ADD' }),
      receiverButtons: grid(server),
    })
  })

  test('with the newer buttons where both say something', () => {
    const older = { action: 'LINK', data: { caption: 'Older' } }
    expect(accepted({ message: 'x', sender_buttons: grid(direct), sender_btn: older })).toEqual({
      says: { text: 'x' },
      senderButtons: grid(direct),
    })
    expect(accepted({ message: 'x', sender_buttons: { rows: [] }, sender_btn: older })).toEqual({
      says: { text: 'x' },
      senderButtons: grid({ action: { open_server_link: { data: {} } }, caption: 'Older' }),
    })
  })
})

describe('a breach is named', () => {
  const older = (action: unknown, data: unknown) => ({ message: 'x', sender_btn: { action, data } })
  test.each<[string, unknown, string, RegExp]>([
    ['no message', {}, 'message', /is required/],
    ['an empty message', { message: '' }, 'message', /is required/],
    ['white space alone', { message: ' \n\t\u00a0' }, 'message', /not white space/],
    ['4097 characters', { message: text(4097) }, 'message', /at most 4096 characters, but has 4097/],
    ['a message that is no text', { message: 5 }, 'message', /must be a string, but is a number/],
    ['a type near TEXT', { message: 'x', type: 'TXT' }, 'type', /Did you mean "TEXT"\?/],
    ['another type', { message: 'x', type: 'STICKER' }, 'type', /must be absent or TEXT/],
    [
      'text beside a media_token',
      { message: 'x', media_token: 'm' },
      'media_token',
      /either a text or a file/,
    ],
    ['TEXT beside a media_token', { type: 'TEXT', media_token: 'm' }, 'type', /TEXT beside a media_token/],
    ['a file without its token', { type: 'IMAGE', message: 'x' }, 'type', /needs a media_token/],
    ['a media_token that is none', { media_token: 'm'.repeat(256) }, 'media_token', /longer than any token/],
    [
      'a grid of 4 rows',
      { message: 'x', receiver_buttons: { rows: Array.from({ length: 4 }, () => ({ buttons: [direct] })) } },
      'receiver_buttons.rows',
      /at most 3 rows/,
    ],
    [
      'a button behind nulls',
      { message: 'x', sender_buttons: { rows: [null, { buttons: [null, { ...direct, caption: '' }] }] } },
      'sender_buttons.rows[1].buttons[1].caption',
      /is required/,
    ],
    [
      'a misspelt action',
      { message: 'x', sender_buttons: grid({ caption: 'c', action: { open_serverlink: {} } }) },
      'sender_buttons.rows[0].buttons[0].action',
      /Did you mean "open_server_link"\?/,
    ],
    [
      'an unknown older action',
      older('LINKS', { caption: 'c' }),
      'sender_btn.action',
      /Did you mean "LINK"\?/,
    ],
    ['no older action', older(undefined, { caption: 'c' }), 'sender_btn.action', /is required/],
    ['an older button without caption', older('LINK', {}), 'sender_btn.data.caption', /is required/],
    [
      'an older caption of 101 characters',
      older('LINK', { caption: text(101) }),
      'sender_btn.data.caption',
      /but has 101/,
    ],
    [
      'an older link left out',
      older('DIRECT_LINK', { caption: 'c' }),
      'sender_btn.data.direct_link',
      /is required/,
    ],
    [
      'an older javascript: link',
      older('DIRECT_LINK', { caption: 'c', direct_link: 'javascript:x' }),
      'sender_btn.data.direct_link',
      /scheme is "javascript:"/,
    ],
    [
      'older data over 4 KiB',
      older('LINK', { caption: 'c', extra_data: { k: text(4096) } }),
      'sender_btn.data.extra_data',
      /at most 4096 bytes/,
    ],
    [
      'an older button that is text',
      { message: 'x', receiver_btn: 'LINK' },
      'receiver_btn',
      /must be a JSON object/,
    ],
  ])('%s', (_, body, field, description) => {
    expect(refused(body)).toEqual({ [field]: expect.stringMatching(description) })
  })

  test('all at once', () => {
    expect(
      Object.keys(
        refused({ message: '', type: 'X', sender_buttons: { rows: 1 }, receiver_btn: { action: 'LINK' } }),
      ),
    ).toEqual(['sender_buttons.rows', 'type', 'message', 'receiver_btn.data.caption'])
  })
})

test('no body makes the parser throw', () => {
  const body = fc.record(
    {
      type: fc.anything(),
      message: fc.anything(),
      media_token: fc.anything(),
      sender_buttons: fc.anything(),
      receiver_buttons: fc.record({ rows: fc.array(fc.anything()) }),
      sender_btn: fc.record({ action: fc.constantFrom('LINK', 'DIRECT_LINK', 1), data: fc.anything() }),
      receiver_btn: fc.anything(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(body, fc.anything()), (input) => {
      const result = sendMessageParser.parse(input)
      if (!result.ok) expect(result.violations.length).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})
