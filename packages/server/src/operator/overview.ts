import * as Type from 'typebox'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { listNodes } from './node-routes.ts'
import { MOST_COUNTED, readCounts } from './overview-store.ts'

export interface OverviewDeps {
  db: Database
  clock: Pick<Clock, 'now' | 'monotonic'>
  /** Names the node that answers. */
  node: string
  observer: {
    standing(): Promise<{
      database: { up: false } | { up: true; backlog: Backlog | null }
      notReady: readonly { code: string; message: string }[]
    }>
  }
}

interface Backlog {
  oldestDueSeconds: number
  oldestReplayDueSeconds: number
  endpoints: Readonly<Record<'closed' | 'open' | 'half_open' | 'disabled', number>>
}

const Count = Type.Integer({ description: `${MOST_COUNTED} stands for that or more` })
const Seconds = Type.Union([Type.Number(), Type.Null()], { description: 'null while it is not known' })

export const Overview = Type.Object({
  at: Type.String({ format: 'date-time' }),
  apps: Type.Object({ awaiting: Count }),
  deliveries: Type.Object({
    waiting: Count,
    held: Type.Integer({
      description: 'for endpoints that are disabled or have no URL: nothing is attempted',
    }),
    dead: Type.Integer({ description: 'dead ones that are kept and can be replayed' }),
    oldest_due_seconds: Seconds,
    oldest_replay_due_seconds: Seconds,
    open_replays: Count,
  }),
  endpoints: Type.Union(
    [
      Type.Object({
        closed: Type.Integer(),
        open: Type.Integer(),
        half_open: Type.Integer(),
        disabled: Type.Integer(),
      }),
      Type.Null(),
    ],
    { description: 'by the state of their breakers; null while it is not known' },
  ),
  messages: Type.Object({ last_day: Type.Integer({ description: '100000 stands for that or more' }) }),
  nodes: Type.Object({
    alive: Type.Integer(),
    lagging: Type.Integer(),
    dead: Type.Integer({ description: 'of the last hour' }),
    delivering: Type.Integer(),
    versions: Type.Array(Type.String()),
  }),
  database: Type.Object({
    reachable: Type.Boolean(),
    latency_ms: Type.Union([Type.Number(), Type.Null()], { description: 'one statement there and back' }),
  }),
  readiness: Type.Object({
    ready: Type.Boolean({ description: 'of the node that answers' }),
    reasons: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
  }),
})
export type Overview = Type.Static<typeof Overview>

/** How everything fares, at a glance. */
export async function readOverview({ db, clock, node, observer }: OverviewDeps): Promise<Overview> {
  const { database, notReady } = await observer.standing()
  const latency = await latencyOf(db, clock)
  const [counts, nodes] = await Promise.all([readCounts(db, clock.now()), listNodes(db, node)])
  const backlog = database.up ? database.backlog : null
  const living = nodes.filter(({ state }) => state !== 'dead')
  return {
    at: new Date(clock.now()).toISOString(),
    apps: { awaiting: counts.apps_awaiting },
    deliveries: {
      waiting: counts.waiting,
      held: counts.held,
      dead: counts.dead,
      oldest_due_seconds: backlog?.oldestDueSeconds ?? null,
      oldest_replay_due_seconds: backlog?.oldestReplayDueSeconds ?? null,
      open_replays: counts.open_replays,
    },
    endpoints: backlog && { ...backlog.endpoints },
    messages: { last_day: counts.messages_last_day },
    nodes: {
      alive: nodes.filter(({ state }) => state === 'alive').length,
      lagging: nodes.filter(({ state }) => state === 'lagging').length,
      dead: nodes.length - living.length,
      delivering: living.filter(({ delivers }) => delivers).length,
      versions: [...new Set(living.map(({ version }) => version))].toSorted(),
    },
    database: { reachable: database.up, latency_ms: latency },
    readiness: { ready: notReady.length === 0, reasons: [...notReady] },
  }
}

/** Milliseconds, to a tenth. */
async function latencyOf(db: Database, clock: OverviewDeps['clock']): Promise<number> {
  const began = clock.monotonic()
  await db.selectFrom('instance_settings').select('key').limit(1).execute()
  return Math.round((clock.monotonic() - began) * 10) / 10
}

export const overviewRoutes = (deps: OverviewDeps): Route[] => [
  route({
    method: 'GET',
    path: '/operator/v1/overview',
    operation: 'Operator_GetOverview',
    summary: 'How apps, deliveries, nodes and the database fare, at a glance',
    caller: 'operator',
    answer: Overview,
    handle: () => readOverview(deps),
  }),
]
