import { createReadStream } from 'node:fs'
import { type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { HttpAnswer, type Route, route } from '../http/route.ts'
import { type LoadDeps, loadAndRenew } from './load-and-renew.ts'
import { receiveSnapshot } from './receive-snapshot.ts'
import { type SaveSnapshotDeps, saveSnapshot } from './save-snapshot.ts'
import { requireName, SNAPSHOT_NAME } from './snapshot-folder.ts'
import { listSnapshots, SnapshotView, viewSnapshot } from './snapshot-view.ts'

export type SnapshotRouteDeps = LoadDeps & SaveSnapshotDeps

const SNAPSHOTS = '/dev/v1/snapshots'

const newSnapshotParser: Parser<{ name: string; replace?: boolean }> = parser(
  Type.Object({
    name: Type.String({
      pattern: SNAPSHOT_NAME.source,
      description: 'a to z, 0 to 9, dot, hyphen and underscore, at most 64',
    }),
    replace: Type.Optional(Type.Boolean({ description: 'one of this name may be overwritten' })),
  }),
)

const replaceQuery = parser(Type.Object({ replace: Type.Optional(Type.String()) }))

const LoadAnswer = Type.Object({
  ...SnapshotView.properties,
  apps_with_other_credentials: Type.Array(Type.String(), {
    description: 'slugs of development apps whose credentials are others than before: start them again',
  }),
})

/** The whole marketplace in a file, and back. To be served in development mode alone: loading replaces everything. */
export const snapshotRoutes = (deps: SnapshotRouteDeps): Route[] => [
  route({
    method: 'GET',
    path: SNAPSHOTS,
    operation: 'Development_ListSnapshots',
    summary: 'The snapshots in the data folder, by name',
    caller: 'local',
    answer: Type.Object({ snapshots: Type.Array(SnapshotView) }),
    handle: async () => ({ snapshots: await listSnapshots(deps.folder) }),
  }),
  route({
    method: 'POST',
    path: SNAPSHOTS,
    operation: 'Development_SaveSnapshot',
    summary: 'Save the whole marketplace in a file, while everybody goes on',
    caller: 'local',
    body: newSnapshotParser,
    answer: SnapshotView,
    handle: async ({ body: { name, replace = false }, gone }) => {
      await saveSnapshot(deps, { name, replace, signal: gone })
      return viewSnapshot(deps.folder, name)
    },
  }),
  route({
    method: 'GET',
    path: `${SNAPSHOTS}/:name`,
    operation: 'Development_GetSnapshot',
    summary: 'One snapshot, and what it holds',
    caller: 'local',
    answer: SnapshotView,
    handle: ({ params }) => viewSnapshot(deps.folder, params.name ?? ''),
  }),
  route({
    method: 'DELETE',
    path: `${SNAPSHOTS}/:name`,
    operation: 'Development_DeleteSnapshot',
    summary: 'Remove a snapshot',
    caller: 'local',
    answer: Type.Object({}),
    handle: async ({ params }) => {
      await deps.folder.remove(params.name ?? '')
      return {}
    },
  }),
  route({
    method: 'POST',
    path: `${SNAPSHOTS}/:name/load`,
    operation: 'Development_LoadSnapshot',
    summary: 'Replace the whole marketplace by that of a snapshot',
    caller: 'local',
    answer: LoadAnswer,
    handle: async ({ params, gone }) => {
      const name = params.name ?? ''
      const view = await viewSnapshot(deps.folder, name)
      const apps_with_other_credentials = await loadAndRenew(deps, { name, signal: gone })
      return new HttpAnswer(
        200,
        // Another node serves by now, and this connection leads to the one before.
        { 'content-type': 'application/json; charset=utf-8', connection: 'close' },
        JSON.stringify({ ...view, apps_with_other_credentials }),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${SNAPSHOTS}/:name/file`,
    operation: 'Development_DownloadSnapshot',
    summary: 'The file of a snapshot, for another machine',
    caller: 'local',
    handle: async ({ params }) => {
      const name = params.name ?? ''
      const size = await deps.folder.sizeOf(name)
      return new HttpAnswer(
        200,
        { 'content-type': 'application/gzip', 'content-length': String(size), 'cache-control': 'no-store' },
        createReadStream(deps.folder.fileOf(name)),
      )
    },
  }),
  route({
    method: 'PUT',
    path: `${SNAPSHOTS}/:name/file`,
    operation: 'Development_UploadSnapshot',
    summary: 'Take a snapshot’s file from another machine; it is checked from its first byte to its last',
    caller: 'local',
    query: replaceQuery,
    upload: ['file'],
    uploadType: 'application/gzip',
    answer: SnapshotView,
    handle: async ({ params, query, upload }) => {
      const name = requireName(params.name ?? '')
      await receiveSnapshot(deps.folder, { name, replace: query.replace === 'true', upload })
      return viewSnapshot(deps.folder, name)
    },
  }),
]
