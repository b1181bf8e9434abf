import { sql } from 'kysely'
import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { Time } from './list-query.ts'

/** Seconds: nodes say every five that they live, and are taken for dead after fifteen (delivery/live-nodes.ts). */
const LAGGING_AFTER = 10
const DEAD_AFTER = 15
/** Of one hour, after which the rows of the dead are removed. */
const MOST_NODES = 500

export const NODE_STATES = ['alive', 'lagging', 'dead'] as const

const NodeView = Type.Object({
  id: Type.String(),
  host: Type.String(),
  pid: Type.Union([Type.Integer(), Type.Null()]),
  version: Type.String(),
  delivers: Type.Boolean({ description: 'takes part in the delivery of events' }),
  state: Type.Enum([...NODE_STATES], {
    description: `lagging: not heard of for ${LAGGING_AFTER} s, dead: for ${DEAD_AFTER} s`,
  }),
  self: Type.Boolean({ description: 'the node that gave this answer' }),
  started_at: Time,
  seen_at: Time,
  seen_seconds_ago: Type.Number(),
})
export type NodeView = Type.Static<typeof NodeView>

interface NodeRow {
  id: string
  host: string
  pid: number | null
  version: string
  delivers: boolean
  started_at: Date
  seen_at: Date
  seen_ago: number
}

export const stateOfNode = (secondsAgo: number): NodeView['state'] =>
  secondsAgo > DEAD_AFTER ? 'dead' : secondsAgo > LAGGING_AFTER ? 'lagging' : 'alive'

/** By the database's clock, the latest started first. */
export async function listNodes(db: Database, self: string): Promise<NodeView[]> {
  const { rows } = await sql<NodeRow>`
    select id, host, pid, version, delivers, started_at, seen_at,
      greatest(0, extract(epoch from clock_timestamp() - seen_at))::float8 as seen_ago
    from nodes order by started_at desc, id limit ${MOST_NODES}`.execute(db)
  return rows.map(({ seen_ago, started_at, seen_at, ...node }) => ({
    ...node,
    state: stateOfNode(seen_ago),
    self: node.id === self,
    started_at: started_at.toISOString(),
    seen_at: seen_at.toISOString(),
    seen_seconds_ago: Math.round(seen_ago * 10) / 10,
  }))
}

export const nodeRoutes = ({ db, node }: { db: Database; node: string }): Route[] => [
  route({
    method: 'GET',
    path: '/operator/v1/nodes',
    operation: 'Operator_ListNodes',
    summary: 'The nodes of the last hour, the latest started first',
    caller: 'operator',
    answer: Type.Object({ nodes: Type.Array(NodeView) }),
    handle: async () => ({ nodes: await listNodes(db, node) }),
  }),
]
