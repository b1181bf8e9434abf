import { readerOf } from '../http/reader.ts'
import { type Route, route } from '../http/route.ts'
import { type RevokeGrantDeps, revokeGrant } from '../oauth/revoke-grant.ts'
import { listGrants } from './list-grants.ts'
import { notYours, pathId } from './not-found.ts'

export interface MyGrantDeps extends RevokeGrantDeps {
  /** Their pages are told. */
  readers: { wakeUser(userId: string): void }
}

const PATH = '/me/v1/grants'

/** The apps that a person has given consent to (wire contract §7). */
export const myGrantRoutes = (deps: MyGrantDeps): Route[] => [
  route({
    method: 'GET',
    path: PATH,
    operation: 'Me_ListGrants',
    summary: 'The apps I have connected, and what each may do',
    caller: 'user',
    handle: ({ caller, headers }) =>
      listGrants(deps, { userId: caller.userId, locale: readerOf({ headers }, caller).locale }),
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:grant_id`,
    operation: 'Me_RevokeGrant',
    summary: 'Take my consent for an app back',
    caller: 'user',
    handle: async ({ caller, params }) => {
      const grantId = pathId('consent', params.grant_id)
      const revoked = await revokeGrant(deps, { grantId, userId: caller.userId, reason: 'user' })
      if (!revoked) throw notYours('consent', grantId)
      deps.readers.wakeUser(caller.userId)
      return {}
    },
  }),
]
