import { describe, expect, test } from 'vitest'
import { type NodeState, reasonsNotReady } from './readiness.ts'

const BACKLOG = {
  oldestDueSeconds: 0,
  oldestReplayDueSeconds: 0,
  unservedDueSeconds: 0,
  endpoints: { closed: 0, open: 0, half_open: 0, disabled: 0 },
  openDeliveries: 0,
}
const WELL: NodeState = {
  stopping: false,
  database: { up: true, migration: 9, backlog: BACKLOG },
  newestMigration: 9,
  unheardMs: 300,
  deliveryTrouble: null,
  delivers: true,
}
const up = (change: {
  migration?: number
  backlog?: Partial<typeof BACKLOG> | null
}): Partial<NodeState> => ({
  database: {
    up: true,
    migration: change.migration ?? 9,
    backlog: change.backlog === null ? null : { ...BACKLOG, ...change.backlog },
  },
})
const codes = (change: Partial<NodeState>, dueAgeMs = 60_000): string[] =>
  reasonsNotReady({ ...WELL, ...change }, { dueAgeMs }).map(({ code }) => code)

describe('a node is ready', () => {
  test.each<[string, Partial<NodeState>]>([
    ['when all is well', {}],
    ['while apps are behind, as long as each is served', up({ backlog: { oldestDueSeconds: 86_400 } })],
    ['while a replay is behind', up({ backlog: { oldestReplayDueSeconds: 86_400 } })],
    ['when the database is newer, as in the middle of an upgrade', up({ migration: 10 })],
    ['when the backlog could not be read in time', up({ backlog: null })],
    ['when one poll for invalidations was missed', { unheardMs: 950 }],
  ])('%s', (_, change) => {
    expect(codes(change)).toEqual([])
  })

  test('when deliveries lie about that are not its business', () => {
    expect(codes({ ...up({ backlog: { unservedDueSeconds: 3600 } }), delivers: false })).toEqual([])
    expect(codes(up({ backlog: { unservedDueSeconds: 3600 } }), 0)).toEqual([])
  })
})

describe('a node is not ready, and says why', () => {
  test.each<[string, Partial<NodeState>]>([
    ['stopping', { stopping: true }],
    ['database_unreachable', { database: { up: false } }],
    ['migrations_pending', up({ migration: 8 })],
    ['invalidations_unheard', { unheardMs: 6_000 }],
    ['invalidations_unheard', { unheardMs: Number.POSITIVE_INFINITY }],
    ['deliveries_failing', { deliveryTrouble: 'deliveries pause: the database does not answer' }],
    ['deliveries_unserved', up({ backlog: { unservedDueSeconds: 61 } })],
  ])('%s', (code, change) => {
    expect(codes(change)).toEqual([code])
  })

  test('all reasons at once', () => {
    const reasons = reasonsNotReady(
      { ...WELL, stopping: true, database: { up: false }, unheardMs: 7_000 },
      { dueAgeMs: 60_000 },
    )
    expect(reasons).toEqual([
      { code: 'stopping', message: 'the node was asked to stop' },
      { code: 'database_unreachable', message: 'the database did not answer within a second' },
      {
        code: 'invalidations_unheard',
        message: 'the node has not heard for 7 s which credentials were revoked',
      },
    ])
  })
})
