import * as Type from 'typebox'
import { pageOf, uuidCursor } from '../console/page-query.ts'
import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import { type ActionRow, listActions, OPERATOR_ACTIONS, type OperatorAction } from './action-store.ts'
import { listQuery, NextCursor, OrNull, Time } from './list-query.ts'
import { PersonView, personOrNull } from './person.ts'

const State = OrNull(
  Type.Record(Type.String(), Type.Unknown(), { description: 'what the action is about, and nothing more' }),
)

export const ActionView = Type.Object({
  id: Type.String(),
  at: Time,
  operator: OrNull(PersonView),
  action: Type.Enum([...OPERATOR_ACTIONS]),
  app: OrNull(Type.Object({ slug: Type.String(), display_name: Type.String() })),
  user: OrNull(PersonView),
  replay_id: OrNull(Type.String()),
  before: State,
  after: State,
})
export type ActionView = Type.Static<typeof ActionView>

const query = listQuery(
  uuidCursor,
  {
    action: Type.Optional(Type.Enum([...OPERATOR_ACTIONS])),
    app: Type.Optional(Type.String({ description: 'slug: what was done about this app' })),
    user: Type.Optional(Type.String({ description: 'host id: what was done about this person' })),
    operator: Type.Optional(Type.String({ description: 'host id: what this person did' })),
  },
  (given) => ({
    action: given('action') as OperatorAction | undefined,
    app: given('app'),
    user: given('user'),
    operator: given('operator'),
  }),
)

const view = (row: ActionRow): ActionView => ({
  id: row.id,
  at: row.created_at.toISOString(),
  operator: personOrNull({ host_id: row.by_host_id, name: row.by_name, deleted_at: row.by_deleted_at }),
  action: row.action,
  app: row.slug === null ? null : { slug: row.slug, display_name: row.display_name ?? '' },
  user: personOrNull(row),
  replay_id: row.replay_id,
  before: row.before as Record<string, unknown> | null,
  after: row.after as Record<string, unknown> | null,
})

/** Who changed what, and how it was before. */
export const actionRoutes = ({ db }: { db: Database }): Route[] => [
  route({
    method: 'GET',
    path: '/operator/v1/actions',
    operation: 'Operator_ListActions',
    summary: 'What operators did, the newest first',
    caller: 'operator',
    query,
    answer: Type.Object({ actions: Type.Array(ActionView), next_cursor: NextCursor }),
    handle: async ({ query: { limit, ...filter } }) => {
      const rows = await listActions(db, { ...filter, limit: limit + 1 })
      const { page, next_cursor } = pageOf(rows, limit, ({ id }) => id)
      return { actions: page.map(view), next_cursor }
    },
  }),
]
