import * as Type from 'typebox'
import { OrNull, Time } from './list-query.ts'

const Skipped = Type.Object({
  consent_withdrawn: Type.Integer(),
  cancelled: Type.Integer(),
  endpoint_disabled: Type.Integer(),
  delivered_since: Type.Integer(),
})

/** A replay as `delivery/replay-view.ts` makes it, for the API description. */
export const ReplayAnswer = Type.Object({
  id: Type.String(),
  app: OrNull(Type.String({ description: 'slug; null for every app' })),
  filter: Type.Object({
    from: OrNull(Time),
    to: OrNull(Time),
    event_type: OrNull(Type.String()),
    state: OrNull(Type.Enum(['delivered', 'dead'])),
  }),
  status: Type.Enum(['running', 'paused', 'cancelled', 'done', 'failed']),
  reason: OrNull(Type.String()),
  created_by: Type.Enum(['host', 'operator', 'developer']),
  created_at: Time,
  updated_at: Time,
  finished_at: OrNull(Time),
  progress: Type.Object({
    percent: Type.Integer(),
    examined: Type.Integer(),
    matched: Type.Integer(),
    queued: Type.Integer(),
    waiting: Type.Integer({
      description: 'queued and not finished; the three that follow are the finished ones',
    }),
    delivered: Type.Integer(),
    dead: Type.Integer(),
    cancelled: Type.Integer(),
    skipped: Skipped,
  }),
})
export type ReplayAnswer = Type.Static<typeof ReplayAnswer>
