import { expect, test } from 'vitest'
import { exchangeExample } from '../../../testing/exchange-example.ts'
import type { Story } from '../../api/development/story-shapes.ts'
import { captionOf, stepsOf } from './story-steps.ts'

const at = (second: number): string => `2026-11-22T08:00:0${second}.000Z`

const story = (over: Partial<Story> = {}): Story => ({
  message: {
    id: 'm1',
    conversation_id: 'c1',
    conversation_type: 'POST',
    sequence: 1,
    type: 'TEXT',
    text: 'hi',
    sender: 'negar',
    app: null,
    sent_at: at(0),
    deleted: false,
    sender_buttons: null,
    receiver_buttons: { rows: [{ buttons: [{ caption: 'Monday' }] }] },
  },
  caused_by: { kind: 'person', by: 'ids' },
  deliveries: [],
  clicks: [],
  calls: [],
  results: [],
  notices: [],
  exchanges: [],
  trace_ids: [],
  cut: false,
  ...over,
})

const delivery = {
  delivery_id: '7',
  app: 'visits',
  event_type: 'NEW_MESSAGE',
  state: 'delivered' as const,
  reason: null,
  webhook_id: 'evt_1',
  replay: false,
  under_way: false,
  created_at: at(3),
  finished_at: at(3),
  next_attempt_at: null,
  waits_behind: false,
  ahead_attempt_at: null,
  attempts: [
    {
      attempt: 1,
      started_at: at(3),
      duration_ms: 5,
      outcome: 'retry',
      status: 503,
      error: null,
      exchange_id: null,
    },
    {
      attempt: 2,
      started_at: at(4),
      duration_ms: 5,
      outcome: 'delivered',
      status: 200,
      error: null,
      exchange_id: '2',
    },
  ],
}

test('calls, messages and notices hang on what led to them; what is kept no more leaves its place', () => {
  const webhook = exchangeExample({ id: '2', direction: 'to_app', kind: 'event' })
  const call = exchangeExample({ id: '3' })
  const [step, ...others] = stepsOf(
    story({
      deliveries: [delivery],
      calls: [
        { exchange_id: '3', led_by: '2', by: 'time' },
        { exchange_id: 'gone', led_by: '2', by: 'time' },
      ],
      results: [{ message_id: 'm2', exchange_id: '3' }],
      exchanges: [webhook, call],
    }),
  )
  expect(others).toEqual([])
  expect(step).toMatchObject({
    kind: 'delivery',
    attempts: [{ exchange: null }, { exchange: { id: '2' } }],
    calls: [{ exchange: { id: '3' }, by: 'time', messageId: 'm2', notices: [] }],
  })
})

test('everything stands in the order in which it began', () => {
  const click = {
    click_id: 'k1',
    app: 'visits',
    user: 'negar',
    button: 'receiver_buttons.rows[0].buttons[0]',
    action: 'get_dynamic_action',
    outcome: 'toast' as const,
    reason: null,
    detail: null,
    duration_ms: 5,
    at: at(5),
    exchange_ids: ['4'],
  }
  const steps = stepsOf(
    story({
      deliveries: [delivery],
      clicks: [click],
      exchanges: [
        exchangeExample({ id: '4', at: at(2), direction: 'to_app', kind: 'action' }),
        exchangeExample({ id: '5', at: at(9), direction: 'to_app', kind: 'trigger' }),
      ],
    }),
  )
  expect(steps.map(({ kind }) => kind)).toEqual(['click', 'delivery', 'trigger'])
})

test('a click tells what stood on its button, where that is known', () => {
  expect(captionOf(story(), 'receiver_buttons.rows[0].buttons[0]')).toBe('Monday')
  expect(captionOf(story(), 'sender_buttons.rows[0].buttons[0]')).toBeNull()
  expect(captionOf(story(), 'primary')).toBeNull()
})
