import type { Database, Tx } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import { newId } from '../ids.ts'

export type OperatorAction = Tables['operator_actions']['action']

export const OPERATOR_ACTIONS = [
  'decide_app',
  'limit_app',
  'change_user',
  'start_replay',
  'pause_replay',
  'resume_replay',
  'cancel_replay',
] as const satisfies readonly OperatorAction[]

export interface NewAction {
  operatorId: string
  action: OperatorAction
  appId?: string | null
  userId?: string
  replayId?: string
  /** How it was and how it is; of people nothing but flags. */
  before?: object
  after?: object
}

/** Writes down what an operator does, in the transaction in which it is done. */
export async function recordAction(tx: Tx, action: NewAction): Promise<void> {
  await tx
    .insertInto('operator_actions')
    .values({
      id: newId(),
      operator_id: action.operatorId,
      action: action.action,
      app_id: action.appId ?? null,
      user_id: action.userId ?? null,
      replay_id: action.replayId ?? null,
      before: action.before ? JSON.stringify(action.before) : null,
      after: action.after ? JSON.stringify(action.after) : null,
    })
    .execute()
}

export interface ActionFilter {
  action: OperatorAction | undefined
  /** Slug. */
  app: string | undefined
  /** Host ids: to whom, and by whom. */
  user: string | undefined
  operator: string | undefined
  cursor: string | undefined
  limit: number
}

export type ActionRow = Awaited<ReturnType<typeof listActions>>[number]

/** The newest first. */
export async function listActions(
  db: Database,
  { action, app, user, operator, cursor, limit }: ActionFilter,
) {
  const idOf = (hostId: string) => db.selectFrom('users').select('id').where('host_id', '=', hostId)
  return await db
    .selectFrom('operator_actions as o')
    .innerJoin('users as by', 'by.id', 'o.operator_id')
    .leftJoin('users as u', 'u.id', 'o.user_id')
    .leftJoin('apps as a', 'a.id', 'o.app_id')
    .select(['o.id', 'o.action', 'o.replay_id', 'o.before', 'o.after', 'o.created_at', 'o.user_id'])
    .select(['by.host_id as by_host_id', 'by.name as by_name', 'by.deleted_at as by_deleted_at'])
    .select(['u.host_id', 'u.name', 'u.deleted_at', 'a.slug', 'a.display_name'])
    .$if(action !== undefined, (query) => query.where('o.action', '=', action!))
    .$if(app !== undefined, (query) =>
      query.where('o.app_id', '=', db.selectFrom('apps').select('id').where('slug', '=', app!)),
    )
    .$if(user !== undefined, (query) => query.where('o.user_id', '=', idOf(user!)))
    .$if(operator !== undefined, (query) => query.where('o.operator_id', '=', idOf(operator!)))
    .$if(cursor !== undefined, (query) => query.where('o.id', '<', cursor!))
    .orderBy('o.id', 'desc')
    .limit(limit)
    .execute()
}
