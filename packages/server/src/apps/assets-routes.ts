import { PERMISSIONS } from '@charsu/protocol/permissions'
import { SCOPES } from '@charsu/protocol/scopes'
import * as Type from 'typebox'
import { type Route, route } from '../http/route.ts'

const Entry = Type.Object({
  slug: Type.String(),
  display: Type.String(),
  lifecycle_state: Type.Enum(['EXPERIMENTAL', 'ACTIVE', 'DEPRECATING_SOON', 'DEPRECATED']),
})

/** What an app can ask for; both lists are public (wire contract §8). */
export const assetsRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/v1/open-platform/assets/oauth-scope',
    operation: 'Assets_GetOAuthScopes',
    summary: 'List the scopes that a user can grant',
    caller: 'anyone',
    answer: Type.Object({ scopes: Type.Array(Entry) }),
    handle: async () => ({ scopes: SCOPES }),
  }),
  route({
    method: 'GET',
    path: '/v1/open-platform/assets/permission',
    operation: 'Assets_GetPermissions',
    summary: 'List the permissions that an API key can carry',
    caller: 'anyone',
    answer: Type.Object({ permissions: Type.Array(Entry) }),
    handle: async () => ({ permissions: PERMISSIONS }),
  }),
]
