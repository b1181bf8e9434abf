import type { Pool } from 'pg'
import type { QuotaKind } from './quota-policy.ts'
import type { Ask } from './quota-slice.ts'
import type { Grant } from './quota-window.ts'

export interface QuotaAsk extends Ask {
  subjectId: string
  kind: QuotaKind
  limit: number
  shrink: number
}

export interface UnusedQuota {
  subjectId: string
  kind: QuotaKind
  beganAt: Date
  unused: number
}

interface GrantRow {
  place: number
  given: number
  total: number
  began_at: Date
  ends_at: Date
  left_ms: number
}

const LEASE = {
  name: 'lease_quotas',
  text: `select place, given, total, began_at, ends_at, left_ms
         from lease_quotas($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])`,
}
const RETURN = 'select return_quotas($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[])'

/** Takes slices for this node; no subject's window may be asked for twice. The grants come in the order of the asks. */
export async function leaseQuotas(pool: Pick<Pool, 'query'>, asks: readonly QuotaAsk[]): Promise<Grant[]> {
  const column = <K extends keyof QuotaAsk>(name: K) => asks.map((ask) => ask[name])
  const { rows } = await pool.query<GrantRow>({
    ...LEASE,
    values: [
      column('subjectId'),
      column('kind'),
      column('limit'),
      column('needed'),
      column('ahead'),
      column('shrink'),
    ],
  })
  const grants: Grant[] = []
  for (const { place, given, total, began_at, ends_at, left_ms } of rows) {
    grants[place - 1] = { given, total, beganAt: began_at, endsAt: ends_at, leftMs: left_ms }
  }
  return grants
}

export async function returnQuotas(pool: Pick<Pool, 'query'>, unused: readonly UnusedQuota[]): Promise<void> {
  await pool.query(RETURN, [
    unused.map(({ subjectId }) => subjectId),
    unused.map(({ kind }) => kind),
    unused.map(({ beganAt }) => beganAt),
    unused.map((each) => each.unused),
  ])
}
