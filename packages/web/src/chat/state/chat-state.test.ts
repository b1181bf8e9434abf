import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import type { Message } from '../../api/person/message-shapes.ts'
import { type ChatState, type ChatStep, EMPTY_CHAT, stepChat } from './chat-state.ts'
import { previewOf } from './conversation-facts.ts'
import type { Outgoing } from './outgoing.ts'
import { conversationOf, CONVERSATION_ID as ID, messageOf } from './sample-messages.ts'

const after = (...steps: readonly ChatStep[]): ChatState => steps.reduce(stepChat, EMPTY_CHAT)
const message = (data: Message): ChatStep => ({ kind: 'event', event: { kind: 'message', data } })
const list = (...conversations: Conversation[]): ChatStep => ({
  kind: 'list',
  conversations,
  cursor: null,
  askedAt: 0,
})
const read = (sequence: number): ChatStep => ({
  kind: 'event',
  event: { kind: 'read', data: { conversation_id: ID, read_sequence: sequence } },
})
const entry = (rest: Partial<Outgoing> = {}): Outgoing => ({
  key: 'k1',
  conversation_id: ID,
  side: 'DEMAND',
  written_at: '2026-11-22T08:00:00Z',
  after_sequence: 0,
  body: { text: 'Is it free?' },
  media: null,
  state: 'waiting',
  progress: 0,
  refusal: null,
  not_before: null,
  attempts: 0,
  message_id: null,
  ...rest,
})
const mine = (sequence: number, text = 'Is it free?'): Message => messageOf(sequence, { mine: true, text })

describe('the list of conversations', () => {
  test('a message moves its conversation up, changes its preview and counts as unread', () => {
    const state = after(
      list(conversationOf({ id: 'other', active_at: '2026-11-22T07:59:59Z' }), conversationOf()),
      message(messageOf(1)),
    )
    expect(state.list.conversations[0]).toMatchObject({ id: ID, unread_count: 1, last_sequence: 1 })
    expect(state.list.conversations[0]?.last_message?.text).toBe('text 1')
  })

  test('what I wrote is not unread', () => {
    expect(after(list(conversationOf()), message(mine(1))).list.conversations[0]?.unread_count).toBe(0)
  })

  test('a message of a conversation that is not known has it asked for', () => {
    expect([...after(list(), message(messageOf(1))).inexact]).toEqual([ID])
  })

  test('one that was loaded by itself, further down than the list reaches, is not listed', () => {
    const page: ChatStep = {
      kind: 'list',
      conversations: [conversationOf({ id: 'new', active_at: '2026-11-22T09:00:00Z' })],
      cursor: 'more',
      askedAt: 0,
    }
    const state = after(page, { kind: 'conversation', view: conversationOf(), askedAt: 0 })
    expect(state.list.conversations.map(({ id }) => id)).toEqual(['new'])
    expect(state.conversations.has(ID)).toBe(true)
  })

  test('a block that an event told is not undone by a list that was asked for before', () => {
    const blocked = conversationOf({ blocked: true, can_send: false })
    const state = after(
      list(conversationOf()),
      { kind: 'event', event: { kind: 'conversation', data: blocked } },
      list(conversationOf()),
    )
    expect(state.conversations.get(ID)).toMatchObject({ blocked: true, can_send: false })
  })

  test('reading up to the end leaves nothing unread, also when the message comes after it was read', () => {
    const known = list(conversationOf())
    expect(after(known, message(messageOf(1)), read(1)).conversations.get(ID)?.unread_count).toBe(0)
    expect(after(known, read(1), message(messageOf(1))).conversations.get(ID)?.unread_count).toBe(0)
  })

  test('reading a part is counted where the messages are known, and asked for where they are not', () => {
    const known = list(conversationOf())
    const three = [1, 2, 3].map((sequence) => message(messageOf(sequence)))
    const open: ChatStep[] = [
      { kind: 'opened', id: ID },
      { kind: 'latest', id: ID, messages: [] },
    ]
    expect(after(known, ...open, ...three, read(1)).conversations.get(ID)?.unread_count).toBe(2)
    expect([...after(known, ...three, read(1)).inexact]).toEqual([ID])
  })
})

test('lists and events in any order, repeated or old, end in what the server says', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), mine: fc.boolean() }),
    fc.record({ kind: fc.constant('read' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ kind: fc.constant('tell' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('ask' as const), at: fc.nat() }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const messages: Message[] = []
      let place = 0
      const view = (): Conversation => {
        const last = messages.at(-1)
        return conversationOf({
          last_message: last ? previewOf(last) : null,
          last_sequence: messages.length,
          read_sequence: place,
          unread_count: messages.filter((each) => !each.mine && each.sequence > place).length,
          active_at: last?.sent_at ?? conversationOf().active_at,
        })
      }
      const views = [view()]
      const events: ChatStep[] = []
      let state = EMPTY_CHAT
      for (const each of steps) {
        if (each.kind === 'write') {
          messages.push(messageOf(messages.length + 1, { mine: each.mine }))
          events.push(message(messages.at(-1)!))
        }
        if (each.kind === 'read') {
          place = Math.max(place, Math.floor(each.share * messages.length))
          events.push(read(place))
        }
        // Told or answered late, twice, or out of turn.
        const told = events.length > 0 && each.kind === 'tell' ? events[each.at % events.length] : undefined
        if (told) state = stepChat(state, told)
        if (each.kind === 'ask') state = stepChat(state, list(views[each.at % views.length]!))
        views.push(view())
      }
      for (const event of events) state = stepChat(state, event)
      for (let tries = 0; tries < 3 && state.inexact.size > 0; tries++) {
        state = stepChat(state, { kind: 'conversation', view: view(), askedAt: state.clock })
      }
      if (!state.conversations.has(ID)) return
      expect(state.inexact.size).toBe(0)
      expect(state.conversations.get(ID)).toEqual(view())
    }),
  )
})

describe('a message of mine is seen once', () => {
  const open: ChatStep[] = [
    list(conversationOf()),
    { kind: 'opened', id: ID },
    { kind: 'latest', id: ID, messages: [] },
    { kind: 'written', entry: entry() },
    { kind: 'sending', key: 'k1' },
  ]
  const visible = (state: ChatState): string[] => {
    const shown = state.timelines.get(ID)?.shown ?? []
    const waiting = state.outbox.filter(({ message_id: id }) => !shown.some((each) => each.id === id))
    return [...shown.map(({ text }) => text ?? ''), ...waiting.map(({ key }) => key)]
  }

  test.each([
    ['the answer first', [{ kind: 'sent', key: 'k1', message: mine(1) } as const, message(mine(1))]],
    ['the stream first', [message(mine(1)), { kind: 'sent', key: 'k1', message: mine(1) } as const]],
  ])('%s', (_, steps) => {
    let state = after(...open)
    for (const step of steps) {
      state = stepChat(state, step)
      expect(visible(state)).toEqual(['Is it free?'])
    }
    expect(state.outbox).toEqual([])
    expect(state.keys.get('m1')).toBe('k1')
  })

  test('with the latest page, when the stream broke while it was sent', () => {
    const state = after(...open, { kind: 'latest', id: ID, messages: [mine(1)] })
    expect(visible(state)).toEqual(['Is it free?'])
  })

  test('the same words from another page of mine are put right by the answer', () => {
    const state = after(...open, message(mine(1)), message(mine(2)), {
      kind: 'sent',
      key: 'k1',
      message: mine(2),
    })
    expect(visible(state)).toEqual(['Is it free?', 'Is it free?'])
    expect(state.keys.get('m2')).toBe('k1')
    expect(state.keys.has('m1')).toBe(false)
  })

  test('words that I had said before it was written are not taken for it', () => {
    const before: ChatStep[] = [
      list(conversationOf({ last_sequence: 1 })),
      { kind: 'opened', id: ID },
      { kind: 'written', entry: entry({ after_sequence: 1 }) },
      { kind: 'sending', key: 'k1' },
      { kind: 'latest', id: ID, messages: [mine(1)] },
    ]
    expect(visible(after(...before))).toEqual(['Is it free?', 'k1'])
  })

  test('an answer whose message waits behind a hole leaves the bubble where it is', () => {
    const state = after(...open, { kind: 'sent', key: 'k1', message: mine(3) })
    expect(visible(state)).toEqual(['k1'])
    const filled = stepChat(state, { kind: 'messages', id: ID, messages: [messageOf(1), messageOf(2)] })
    expect(visible(filled)).toEqual(['text 1', 'text 2', 'Is it free?'])
  })

  test('what was refused after it had been taken for another message is seen again', () => {
    const refusal = { status: 412, reason: 'RECIPIENT_RESTRICTED', message: '' }
    const state = after(...open, message(mine(1)), { kind: 'refused', key: 'k1', refusal })
    expect(visible(state)).toEqual(['Is it free?', 'k1'])
    expect(state.outbox[0]).toMatchObject({ state: 'failed', refusal })
  })
})
