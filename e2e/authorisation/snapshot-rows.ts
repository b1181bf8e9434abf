import { randomUUID } from 'node:crypto'
import { localRow } from './local-rows.ts'
import type { Expected } from './outcome.ts'
import { OK, type Row } from './row.ts'

const SNAPSHOTS = '/dev/v1/snapshots'
const NAME = `${SNAPSHOTS}/:name`
const unknown = () => ({ params: { name: 'nobodys' } })
const UNKNOWN: Expected = { answer: '404 5 SNAPSHOT_UNKNOWN', says: ['GET /dev/v1/snapshots'] }

/** The whole marketplace in files. None is loaded here: it would take away what other callers have just made. */
export const snapshotRows: readonly Row[] = [
  localRow({
    method: 'GET',
    path: SNAPSHOTS,
    operation: 'Development_ListSnapshots',
    sent: () => ({}),
    works: OK,
  }),
  localRow({
    method: 'POST',
    path: SNAPSHOTS,
    operation: 'Development_SaveSnapshot',
    sent: () => ({ body: { name: '../elsewhere' } }),
    works: { answer: '400 3 INVALID_FIELDS', says: ['name'] },
    more: [
      {
        caller: 'for a name that is free',
        sent: () => ({ body: { name: randomUUID() } }),
        expected: { answer: '200', says: ['"problem":null'] },
      },
    ],
  }),
  localRow({
    method: 'GET',
    path: NAME,
    operation: 'Development_GetSnapshot',
    sent: unknown,
    works: UNKNOWN,
  }),
  localRow({
    method: 'DELETE',
    path: NAME,
    operation: 'Development_DeleteSnapshot',
    sent: unknown,
    works: UNKNOWN,
  }),
  localRow({
    method: 'POST',
    path: `${NAME}/load`,
    operation: 'Development_LoadSnapshot',
    sent: unknown,
    works: UNKNOWN,
  }),
  localRow({
    method: 'GET',
    path: `${NAME}/file`,
    operation: 'Development_DownloadSnapshot',
    sent: unknown,
    works: UNKNOWN,
  }),
  localRow({
    method: 'PUT',
    path: `${NAME}/file`,
    operation: 'Development_UploadSnapshot',
    sent: unknown,
    works: { answer: '412 9 SNAPSHOT_UNUSABLE', says: ['Nothing was changed'] },
  }),
]
