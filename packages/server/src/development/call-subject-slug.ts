import { type RawBuilder, sql } from 'kysely'
import type { CallSubject } from '../outbound/call-app.ts'

/** The slug of the app that a call goes to, as a part of a query. */
export function slugOf(about: CallSubject): RawBuilder<string> {
  if ('triggeredSlug' in about) return sql`${about.triggeredSlug}::text`
  if ('clickId' in about) return sql`select a.slug from apps a where a.id = ${about.app.id}`
  return sql`select a.slug from endpoints e join apps a on a.id = e.app_id where e.id = ${about.endpointId}`
}
