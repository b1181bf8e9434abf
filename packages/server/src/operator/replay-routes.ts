import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { pageOf, uuidCursor } from '../console/page-query.ts'
import type { Database } from '../db/database.ts'
import { changeReplay, REPLAY_CHANGES, type ReplayChange, readReplay } from '../delivery/control-replay.ts'
import { EVERYTHING, type ReplayRequest, replayParser } from '../delivery/replay-filter.ts'
import { listReplays, type ReplayRow } from '../delivery/replay-store.ts'
import { replayView } from '../delivery/replay-view.ts'
import { startReplay } from '../delivery/start-replay.ts'
import { type Route, route } from '../http/route.ts'
import { recordAction } from './action-store.ts'
import { requireApp } from './change-app.ts'
import { listQuery, NextCursor } from './list-query.ts'
import { ReplayAnswer } from './replay-answer.ts'

const REPLAYS = '/operator/v1/replays'

const WORDS: Readonly<Record<ReplayChange, { operation: string; summary: string }>> = {
  pause: { operation: 'Operator_PauseReplay', summary: 'Queue no further delivery until it is resumed' },
  resume: { operation: 'Operator_ResumeReplay', summary: 'Go on where a paused or failed replay stopped' },
  cancel: { operation: 'Operator_CancelReplay', summary: 'End a replay and withdraw what it has queued' },
}

const ofAnyApp = replayParser({ ofAnyApp: true })

/** Without the ids that are withheld from operators in deliveries too. */
const operatorView = (job: ReplayRow): ReplayAnswer => {
  const { filter, ...view } = replayView(job)
  const { conversation_id: _, webhook_id: __, ...shown } = filter
  return { ...view, filter: shown }
}

/** Of the host's filters, those for dead deliveries, and none by a conversation: operators see no id of one. */
const deadParser: Parser<ReplayRequest> = normalizer(
  Type.Object(
    (({ state: _, conversation_id: __, webhook_id: ___, ...filters }) => filters)(
      (ofAnyApp.schema as Type.TObject).properties,
    ),
    { additionalProperties: false },
  ),
  (value, report) => {
    const read = ofAnyApp.parse(value)
    if (read.ok) return { ...read.value, state: 'dead' }
    for (const { field, description } of read.violations) report(field, description)
    return { ...EVERYTHING, app: null, state: 'dead' }
  },
)

const replaysQuery = listQuery(
  uuidCursor,
  { app: Type.Optional(Type.String({ description: 'slug: its replays alone, without those of every app' })) },
  (given) => ({ app: given('app') }),
)

/** Sending dead deliveries once more, of one app or of every app, and watching over all replays. */
export const replayRoutes = ({ db }: { db: Database }): Route[] => [
  route({
    method: 'POST',
    path: REPLAYS,
    operation: 'Operator_StartReplay',
    summary: 'Send every dead delivery that matches a filter once more, of one app or of every app',
    caller: 'operator',
    body: deadParser,
    answer: ReplayAnswer,
    handle: async ({ caller, body: { app: slug, ...filter } }) => {
      const app = slug === null ? null : await requireApp(db, slug)
      const job = await startReplay(db, {
        appId: app?.id ?? null,
        filter,
        createdBy: null,
        byOperator: (tx, replayId) =>
          recordAction(tx, {
            operatorId: caller.userId,
            action: 'start_replay',
            appId: app?.id ?? null,
            replayId,
            after: { from: filter.from, to: filter.to, event_type: filter.eventType },
          }),
      })
      return operatorView(job)
    },
  }),
  route({
    method: 'GET',
    path: REPLAYS,
    operation: 'Operator_ListReplays',
    summary: 'All replays with their progress, the newest first',
    caller: 'operator',
    query: replaysQuery,
    answer: Type.Object({ replays: Type.Array(ReplayAnswer), next_cursor: NextCursor }),
    handle: async ({ query: { app: slug, cursor, limit } }) => {
      const appId = slug === undefined ? null : (await requireApp(db, slug)).id
      const rows = await listReplays(db, { appId, before: cursor, limit: limit + 1 })
      const { page, next_cursor } = pageOf(rows, limit, (row) => row.id)
      return { replays: page.map(operatorView), next_cursor }
    },
  }),
  route({
    method: 'GET',
    path: `${REPLAYS}/:replay_id`,
    operation: 'Operator_GetReplay',
    summary: 'One replay with its progress',
    caller: 'operator',
    answer: ReplayAnswer,
    handle: async ({ params }) =>
      operatorView(await readReplay(db, { jobId: params.replay_id ?? '', appId: null })),
  }),
  ...REPLAY_CHANGES.map((change) =>
    route({
      method: 'POST',
      path: `${REPLAYS}/:replay_id/${change}`,
      ...WORDS[change],
      caller: 'operator',
      answer: ReplayAnswer,
      handle: ({ caller, params }) =>
        db.transaction().execute(async (tx) => {
          const job = await changeReplay(tx, { jobId: params.replay_id ?? '', appId: null }, change)
          const appId = job.app === null ? null : (await requireApp(tx, job.app)).id
          await recordAction(tx, {
            operatorId: caller.userId,
            action: `${change}_replay`,
            appId,
            replayId: job.id,
          })
          return operatorView(job)
        }),
    }),
  ),
]
