import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { Faults, faultsBody, isRelieved } from './faults.ts'
import { faultsOf, writeFaults } from './faults-store.ts'
import { requireAppId } from './found-here.ts'
import { drainQueue, MOST_COUNTED, readQueue } from './queue-store.ts'

export interface FaultRouteDeps {
  db: Database
  /** Nodes are to look at the queue. */
  onDeliveriesDue(): void
}

const OrNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const Moment = OrNull(Type.String({ format: 'date-time' }))

export const QueueView = Type.Object({
  waiting: Type.Integer({
    description: `not delivered and not under way; counted up to ${MOST_COUNTED}`,
  }),
  held: Type.Integer({ description: 'of these, those of an endpoint that is disabled or has no URL' }),
  in_flight: Type.Integer(),
  breaker: Type.Enum(['closed', 'half_open', 'open', 'disabled']),
  paused_until: Moment,
  next_attempt_at: Moment,
  oldest_at: Moment,
})
export type QueueView = Type.Static<typeof QueueView>

const APP = '/dev/v1/apps/:slug'

/** What makes an app fail, or the platform fail it, and the queue that grows meanwhile. */
export const faultRoutes = ({ db, onDeliveriesDue }: FaultRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: `${APP}/faults`,
    operation: 'Development_GetFaults',
    summary: 'Which faults are switched on for an app',
    caller: 'local',
    answer: Faults,
    handle: async ({ params: { slug = '' } }) => {
      await requireAppId(db, slug)
      return await faultsOf(db, slug)
    },
  }),
  route({
    method: 'PUT',
    path: `${APP}/faults`,
    operation: 'Development_SetFaults',
    summary:
      'Switch faults on and off; what is left out is off. What failed because of one that goes off is tried at once',
    caller: 'local',
    body: faultsBody,
    answer: Faults,
    handle: async ({ params: { slug = '' }, body }) => {
      const appId = await requireAppId(db, slug)
      const isDrained = await db.transaction().execute(async (tx) => {
        const before = await writeFaults(tx, slug, body)
        if (!isRelieved(before, body)) return false
        await drainQueue(tx, appId)
        return true
      })
      if (isDrained) onDeliveriesDue()
      return body
    },
  }),
  route({
    method: 'GET',
    path: `${APP}/queue`,
    operation: 'Development_GetQueue',
    summary: 'What waits for an app, and when it is tried again',
    caller: 'local',
    answer: QueueView,
    handle: async ({ params: { slug = '' } }) => readQueue(db, await requireAppId(db, slug)),
  }),
  route({
    method: 'POST',
    path: `${APP}/queue/drain`,
    operation: 'Development_DrainQueue',
    summary: 'Try all that waits for an app now, in its order',
    caller: 'local',
    answer: Type.Object({
      made_due: Type.Integer({ description: 'heads of lanes that waited for their time' }),
    }),
    handle: async ({ params: { slug = '' } }) => {
      const appId = await requireAppId(db, slug)
      const made_due = await db.transaction().execute((tx) => drainQueue(tx, appId))
      onDeliveriesDue()
      return { made_due }
    },
  }),
]
