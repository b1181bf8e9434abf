import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Log } from '../log.ts'
import type { CallSubject, Outbound } from '../outbound/call-app.ts'
import { slugOf } from './call-subject-slug.ts'

export interface HostHeaderDeps {
  db: Database
  log: Pick<Log, 'warn'>
}

/**
 * The same calls, with the Host header that their app asked for instead of that of its address: some apps answer only
 * under the name that they have in the world. For development alone: in production a URL says where a call goes, and
 * nothing else does. Every call looks it up, so that a change is in force at once on all nodes.
 */
export const withHostHeaders = (deps: HostHeaderDeps, outbound: Outbound): Outbound => ({
  ...outbound,
  async call(call) {
    const host = call.about && (await hostHeaderOf(deps, call.about))
    return await outbound.call(host ? { ...call, headers: { ...call.headers, host } } : call)
  },
})

async function hostHeaderOf({ db, log }: HostHeaderDeps, about: CallSubject): Promise<string | null> {
  try {
    const { rows } = await sql<{ host: string | null }>`
      select s.value ->> 'hostHeader' as host from instance_settings s
      where s.key = 'development_app:' || (${slugOf(about)})`.execute(db)
    return rows[0]?.host ?? null
  } catch (error) {
    log.warn({ err: error }, 'the Host header of an app could not be looked up: the call goes out without it')
    return null
  }
}
