import { describe, expect, test } from 'vitest'
import { chatbotMessageParser } from './chatbot-message.ts'

const read = (body: unknown) => chatbotMessageParser.parse(body)
const faults = (body: unknown): string[] => {
  const result = read(body)
  return result.ok ? [] : result.violations.map(({ field }) => field)
}
const button = { caption: 'سایت', action: { open_direct_link: 'https://a.example/' } }

describe('§9 what a chatbot says', () => {
  test('is text, with a grid in normal form; null siblings and empty rows are dropped', () => {
    const action = { ...button.action, get_dynamic_action: null, open_post_page: null }
    const rows = [{ buttons: [{ ...button, action, icon: null }] }, { buttons: [] }, null]
    expect(read({ type: 'TEXT', text_message: 'سلام', media_token: null, buttons: { rows } })).toEqual({
      ok: true,
      value: { says: { text: 'سلام' }, buttons: { rows: [{ buttons: [button] }] } },
    })
    expect(read({ text_message: 'x', buttons: { rows: [] } })).toEqual({
      ok: true,
      value: { says: { text: 'x' } },
    })
  })

  test('is media instead, with an empty text as clients send it that must name one', () => {
    const value = { says: { mediaToken: 'm1' } }
    expect(read({ text_message: '', media_token: 'm1' })).toEqual({ ok: true, value })
    expect(read({ media_token: 'm1', type: 'IMAGE' })).toEqual({
      ok: true,
      value: { says: { mediaToken: 'm1', type: 'IMAGE' } },
    })
  })

  test('repeats in its body whom it goes to, and may hold more that nobody knows', () => {
    const extra = { conversation_id: 17, user_id: [], sender_buttons: 'x' }
    expect(read({ text_message: 'x', ...extra })).toEqual({ ok: true, value: { says: { text: 'x' } } })
  })

  test.each<[string, unknown, string[]]>([
    ['nothing at all', {}, ['text_message']],
    ['white space alone', { text_message: ' \u200a\n' }, ['text_message']],
    ['4097 characters', { text_message: '😀'.repeat(4097) }, ['text_message']],
    ['text and media', { text_message: 'x', media_token: 'm' }, ['media_token']],
    ['TEXT beside media', { media_token: 'm', type: 'TEXT' }, ['type']],
    ['IMAGE without media', { text_message: 'x', type: 'IMAGE' }, ['type']],
    ['a number for text', { text_message: 4 }, ['text_message']],
    ['four rows', { text_message: 'x', buttons: rows(4, 1) }, ['buttons.rows']],
    ['four buttons in a row', { text_message: 'x', buttons: rows(1, 4) }, ['buttons.rows[0].buttons']],
    ['every fault at once', { type: 'X', buttons: rows(4, 1) }, ['buttons.rows', 'text_message', 'type']],
  ])('cannot be %s', (_, body, expected) => {
    expect(faults(body).toSorted()).toEqual(expected)
  })

  test('may have exactly 4096 characters, counted as code points', () => {
    expect(faults({ text_message: '😀'.repeat(4096) })).toEqual([])
  })
})

function rows(count: number, buttons: number) {
  return { rows: Array.from({ length: count }, () => ({ buttons: Array(buttons).fill(button) })) }
}
