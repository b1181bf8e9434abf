import { describe, expect, test } from 'vitest'
import type { Message } from '../../api/person/message-shapes.ts'
import type { Outgoing } from '../state/outgoing.ts'
import { messageOf } from '../state/sample-messages.ts'
import { messageRows, type RowsInput } from './message-rows.ts'

const rows = (messages: Message[], rest: Partial<RowsInput> = {}) =>
  messageRows({
    messages,
    outgoing: [],
    keys: new Map(),
    unreadAfter: null,
    dayKey: (moment) => moment.slice(0, 10),
    ...rest,
  })
const at = (sequence: number, time: string, rest: Partial<Message> = {}): Message =>
  messageOf(sequence, { sent_at: `2026-11-${time}:00Z`, ...rest })

describe('rows of a conversation', () => {
  test('a day is named at its first message', () => {
    const shown = rows([at(1, '21T23:59'), at(2, '22T00:01'), at(3, '22T00:02')])
    expect(shown.map(({ beginsDay }) => beginsDay)).toEqual([true, true, false])
  })

  test('several in a row of the same writer within minutes are one group', () => {
    const app = { slug: 'a', display_name: 'A' }
    const shown = rows([
      at(1, '22T10:00'),
      at(2, '22T10:01'),
      at(3, '22T10:20'),
      at(4, '22T10:21', { app }),
      at(5, '22T10:22', { mine: true }),
    ])
    expect(shown.map(({ beginsGroup }) => beginsGroup)).toEqual([true, false, true, true, true])
    expect(shown.map(({ endsGroup }) => endsGroup)).toEqual([false, true, true, true, true])
  })

  test('the first that is new is the first of somebody else behind the place', () => {
    const shown = rows([at(1, '22T10:00'), at(2, '22T10:01', { mine: true }), at(3, '22T10:02')], {
      unreadAfter: 1,
    })
    expect(shown.findIndex(({ beginsUnread }) => beginsUnread)).toBe(2)
  })

  test('what became a message is shown once, and keeps its key', () => {
    const entry = { key: 'k', message_id: 'm1', written_at: '2026-11-22T10:00:00Z' } as Outgoing
    const shown = rows([at(1, '22T10:00', { mine: true })], {
      outgoing: [entry],
      keys: new Map([['m1', 'k']]),
    })
    expect(shown.map(({ key }) => key)).toEqual(['k'])
    expect(rows([], { outgoing: [entry] }).map(({ key }) => key)).toEqual(['k'])
  })
})
