import * as Type from 'typebox'
import { TrafficRecord } from './traffic-record.ts'

const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const Moment = (description: string) => Type.String({ format: 'date-time', description })
const Slug = OrNull(Type.String({ description: 'slug' }))
const HostId = OrNull(Type.String({ description: 'host_id' }))
const ExchangeId = Type.String({ description: 'of one of `exchanges`' })

const StoryMessage = Type.Object({
  id: Type.String(),
  conversation_id: Type.String(),
  conversation_type: Type.Enum(['POST', 'BOT']),
  sequence: Type.Integer(),
  type: Type.String(),
  text: OrNull(Type.String()),
  sender: Type.Union(HostId.anyOf, { description: 'host_id of the person; null for a chatbot' }),
  app: Type.Union(Slug.anyOf, { description: 'slug of the app that sent it; null when a person wrote it' }),
  sent_at: Moment('to the millisecond'),
  deleted: Type.Boolean(),
  sender_buttons: OrNull(Type.Unknown()),
  receiver_buttons: OrNull(Type.Unknown()),
})

export const STORY_LINKS = ['trace', 'ids', 'time'] as const
const By = Type.Enum([...STORY_LINKS], {
  description:
    'how it is known: by a trace that the app passed on, by an id, or only likely, by the time and the conversation',
})

const StoryCause = Type.Object({
  kind: Type.Enum(['person', 'call', 'click'], {
    description: 'a person wrote it; an app sent it, because of an event or by itself; or because of a click',
  }),
  exchange_id: Type.Optional(Type.String({ description: 'the call that sent it, of `exchanges`' })),
  led_by: Type.Optional(Type.String({ description: 'the call to the app that led to it, of `exchanges`' })),
  click_id: Type.Optional(Type.String()),
  message_id: Type.Optional(Type.String({ description: 'that the app was told of, or whose button it was' })),
  by: By,
})

const StoryAttempt = Type.Object({
  attempt: Type.Integer({ description: 'from 1' }),
  started_at: Type.String(),
  duration_ms: Type.Number(),
  outcome: Type.String(),
  status: OrNull(Type.Integer()),
  error: OrNull(Type.String()),
  exchange_id: OrNull(ExchangeId),
})

const StoryDelivery = Type.Object({
  delivery_id: Type.String(),
  app: Type.String({ description: 'slug' }),
  event_type: Type.String(),
  state: Type.Enum(['pending', 'held', 'delivered', 'dead', 'cancelled']),
  reason: OrNull(Type.String()),
  webhook_id: Type.String(),
  replay: Type.Boolean(),
  under_way: Type.Boolean({ description: 'an attempt may be running' }),
  created_at: Moment('when it was queued'),
  finished_at: OrNull(Moment('when it came to its end')),
  next_attempt_at: OrNull(Moment('when it is tried again')),
  waits_behind: Type.Boolean({ description: 'an earlier event of the same conversation goes first' }),
  ahead_attempt_at: OrNull(
    Moment('when that earlier event is tried again; null while an attempt of it runs'),
  ),
  attempts: Type.Array(StoryAttempt, { description: 'the oldest first' }),
})

const StoryClick = Type.Object({
  click_id: Type.String(),
  app: Type.String({ description: 'slug' }),
  user: HostId,
  button: Type.String({ description: 'such as receiver_buttons.rows[0].buttons[1]' }),
  action: Type.String(),
  outcome: Type.Enum(['opened', 'toast', 'done', 'failed']),
  reason: OrNull(Type.String()),
  detail: OrNull(Type.String()),
  duration_ms: Type.Integer(),
  at: Moment('when it was over'),
  exchange_ids: Type.Array(ExchangeId),
})

const StoryCall = Type.Object({
  exchange_id: ExchangeId,
  led_by: Type.String({ description: 'the call to the app because of which it was made, of `exchanges`' }),
  by: By,
})

const StoryNotice = Type.Object({
  notice_id: Type.String(),
  app: Type.String({ description: 'slug' }),
  user: HostId,
  text: OrNull(Type.String()),
  at: Moment('when it was sent'),
  read: Type.Boolean(),
  exchange_id: ExchangeId,
})

/** All that is known of one message: where it came from, and what came of it. */
export const Story = Type.Object({
  message: StoryMessage,
  caused_by: StoryCause,
  deliveries: Type.Array(StoryDelivery, { description: 'the oldest first' }),
  clicks: Type.Array(StoryClick, { description: 'the oldest first' }),
  calls: Type.Array(StoryCall, { description: 'of apps because of it, the oldest first' }),
  results: Type.Array(Type.Object({ message_id: Type.String(), exchange_id: ExchangeId }), {
    description: 'messages that these calls sent',
  }),
  notices: Type.Array(StoryNotice),
  exchanges: Type.Array(TrafficRecord, { description: 'that the others name, the oldest first' }),
  trace_ids: Type.Array(Type.String()),
  cut: Type.Boolean({ description: 'there is more than is told: the newest of each are' }),
})
export type Story = Type.Static<typeof Story>

export type StoryCause = Type.Static<typeof StoryCause>
export type StoryCall = Type.Static<typeof StoryCall>
export type StoryDelivery = Type.Static<typeof StoryDelivery>
export type StoryClick = Type.Static<typeof StoryClick>
export type StoryMessage = Type.Static<typeof StoryMessage>
export type StoryNotice = Type.Static<typeof StoryNotice>
