import { normalizer, type Parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { Database } from '../db/database.ts'
import { changeReplay, REPLAY_CHANGES, type ReplayChange, readReplay } from '../delivery/control-replay.ts'
import { replayParser } from '../delivery/replay-filter.ts'
import { listReplays } from '../delivery/replay-store.ts'
import { replayView } from '../delivery/replay-view.ts'
import { startReplay } from '../delivery/start-replay.ts'
import { type Route, route } from '../http/route.ts'
import { isUuid } from '../ids.ts'
import { findAppId } from './app-store.ts'
import { unknownApp } from './approve-app.ts'

const REPLAYS = '/host/v1/replays'
const PAGE = 100

const WORDS: Readonly<Record<ReplayChange, { operation: string; summary: string }>> = {
  pause: { operation: 'Host_PauseReplay', summary: 'Queue no further delivery until it is resumed' },
  resume: { operation: 'Host_ResumeReplay', summary: 'Go on where a paused or failed replay stopped' },
  cancel: { operation: 'Host_CancelReplay', summary: 'End a replay and withdraw what it has queued' },
}

interface ReplaysQuery {
  app: string | null
  after: string | undefined
}

const replaysQueryParser: Parser<ReplaysQuery> = normalizer(
  Type.Object({
    app: Type.Optional(Type.String({ description: 'slug: its replays alone, without those of every app' })),
    after: Type.Optional(Type.String({ description: 'the last id of a page' })),
  }),
  (value, report) => {
    const { app, after } = value as { app?: string; after?: string }
    const isId = typeof after === 'string' && isUuid(after)
    if (after && !isId) report('after', 'must be the id of a replay, the last of the page before')
    return { app: app || null, after: isId ? after : undefined }
  },
)

/** Replaying deliveries by filter, of one app or of every app, and watching over what developers replay. */
export const hostReplayRoutes = ({ db }: { db: Database }): Route[] => [
  route({
    method: 'POST',
    path: REPLAYS,
    operation: 'Host_StartReplay',
    summary: 'Send every finished delivery that matches a filter once more, of one app or of every app',
    caller: 'host',
    body: replayParser({ ofAnyApp: true }),
    handle: async ({ body }) => {
      const appId = await appIdOf(db, body.app)
      return replayView(await startReplay(db, { appId, filter: body, createdBy: null }))
    },
  }),
  route({
    method: 'GET',
    path: REPLAYS,
    operation: 'Host_ListReplays',
    summary: 'All replays with their progress, the newest first, 100 at a time',
    caller: 'host',
    query: replaysQueryParser,
    handle: async ({ query }) => {
      const appId = await appIdOf(db, query.app)
      const rows = await listReplays(db, { appId, before: query.after, limit: PAGE + 1 })
      return { replays: rows.slice(0, PAGE).map(replayView), has_more: rows.length > PAGE }
    },
  }),
  route({
    method: 'GET',
    path: `${REPLAYS}/:replay_id`,
    operation: 'Host_GetReplay',
    summary: 'One replay with its progress',
    caller: 'host',
    handle: async ({ params }) =>
      replayView(await readReplay(db, { jobId: params.replay_id ?? '', appId: null })),
  }),
  ...REPLAY_CHANGES.map((change) =>
    route({
      method: 'POST',
      path: `${REPLAYS}/:replay_id/${change}`,
      ...WORDS[change],
      caller: 'host',
      handle: async ({ params }) =>
        replayView(await changeReplay(db, { jobId: params.replay_id ?? '', appId: null }, change)),
    }),
  ),
]

async function appIdOf(db: Database, slug: string | null): Promise<string | null> {
  if (slug === null) return null
  const id = await findAppId(db, slug)
  if (!id) throw unknownApp(slug)
  return id
}
