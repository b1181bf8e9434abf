import * as Type from 'typebox'

/** How a person stands beside what is theirs. */
export const PersonView = Type.Object({ host_id: Type.String(), name: Type.String() })
export type PersonView = Type.Static<typeof PersonView>

/** Null for somebody who was deleted: the row is nobody any more. */
export const personOrNull = (row: {
  host_id: string | null
  name: string | null
  deleted_at: Date | null
}): PersonView | null =>
  row.host_id === null || row.deleted_at ? null : { host_id: row.host_id, name: row.name ?? '' }
