import { ownApp } from '../apps/own-app.ts'
import type { Database } from '../db/database.ts'
import { changeReplay, REPLAY_CHANGES, type ReplayChange, readReplay } from '../delivery/control-replay.ts'
import { replayParser } from '../delivery/replay-filter.ts'
import { listReplays } from '../delivery/replay-store.ts'
import { replayView } from '../delivery/replay-view.ts'
import { startReplay } from '../delivery/start-replay.ts'
import { type Route, route } from '../http/route.ts'
import { named } from './named.ts'
import { pageOf, pageQuery, uuidCursor } from './page-query.ts'

const REPLAYS = '/console/v1/apps/:slug/replays'

const WORDS: Readonly<Record<ReplayChange, { operation: string; summary: string }>> = {
  pause: { operation: 'Console_PauseReplay', summary: 'Queue no further delivery until it is resumed' },
  resume: { operation: 'Console_ResumeReplay', summary: 'Go on where a paused or failed replay stopped' },
  cancel: { operation: 'Console_CancelReplay', summary: 'End a replay and withdraw what it has queued' },
}

/** Replaying the deliveries of one's own app by filter. */
export const replayRoutes = ({ db }: { db: Database }): Route[] => [
  route({
    method: 'POST',
    path: REPLAYS,
    operation: 'Console_StartReplay',
    summary: 'Send every finished delivery that matches a filter once more',
    caller: 'developer',
    body: replayParser({ ofAnyApp: false }),
    handle: async ({ caller, params, body: filter }) => {
      const app = await ownApp(db, named(caller, params))
      return replayView(await startReplay(db, { appId: app.id, filter, createdBy: caller.userId }))
    },
  }),
  route({
    method: 'GET',
    path: REPLAYS,
    operation: 'Console_ListReplays',
    summary: 'The app’s replays with their progress, the newest first',
    caller: 'developer',
    query: pageQuery(uuidCursor),
    handle: async ({ caller, params, query: { cursor, limit } }) => {
      const app = await ownApp(db, named(caller, params))
      const rows = await listReplays(db, { appId: app.id, before: cursor, limit: limit + 1 })
      const { page, next_cursor } = pageOf(rows, limit, (row) => row.id)
      return { replays: page.map(replayView), next_cursor }
    },
  }),
  route({
    method: 'GET',
    path: `${REPLAYS}/:replay_id`,
    operation: 'Console_GetReplay',
    summary: 'One replay with its progress',
    caller: 'developer',
    handle: async ({ caller, params }) => {
      const app = await ownApp(db, named(caller, params))
      return replayView(await readReplay(db, { jobId: params.replay_id ?? '', appId: app.id }))
    },
  }),
  ...REPLAY_CHANGES.map((change) =>
    route({
      method: 'POST',
      path: `${REPLAYS}/:replay_id/${change}`,
      ...WORDS[change],
      caller: 'developer',
      handle: async ({ caller, params }) => {
        const app = await ownApp(db, named(caller, params))
        return replayView(await changeReplay(db, { jobId: params.replay_id ?? '', appId: app.id }, change))
      },
    }),
  ),
]
