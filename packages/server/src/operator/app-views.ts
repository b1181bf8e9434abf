import * as Type from 'typebox'
import type { CallLimitDefaults } from '../access/call-limits.ts'
import { AppLimitsView, readAppLimits } from '../apps/app-limits.ts'
import { loadEndpoint } from '../apps/endpoint-store.ts'
import { EndpointHealth, endpointView } from '../apps/endpoint-view.ts'
import { listTouchpoints } from '../apps/store.ts'
import { TouchpointSchema } from '../apps/touchpoints.ts'
import type { Database } from '../db/database.ts'
import { APP_STATES, type AppRow, type ListedAppRow, readNames } from './app-store.ts'
import { OrNull, Time } from './list-query.ts'
import { PersonView } from './person.ts'

const BASIC = {
  slug: Type.String({ description: 'also the OAuth client_id' }),
  display_name: Type.String(),
  avatar_url: OrNull(Type.String()),
  state: Type.Enum([...APP_STATES], {
    description: 'withdrawn: in production with nothing approved; awaiting comes before all others',
  }),
  development: Type.Boolean(),
  owner: PersonView,
  submitted_at: OrNull(Time),
  created_at: Time,
}

const Asked = Type.Object({ asked: Type.Integer(), approved: Type.Integer() })

export const ListedApp = Type.Object({ ...BASIC, scopes: Asked, permissions: Asked })
export type ListedApp = Type.Static<typeof ListedApp>

const Names = Type.Array(Type.Object({ name: Type.String(), approved: Type.Boolean() }))

export const AppView = Type.Object({
  ...BASIC,
  description: Type.String(),
  updated_at: Time,
  scopes: Names,
  permissions: Names,
  touchpoints: Type.Array(TouchpointSchema),
  redirect_uris: Type.Array(Type.String()),
  session_initialization_url: OrNull(Type.String()),
  dynamic_action_url: OrNull(Type.String()),
  limits: AppLimitsView,
  endpoint: OrNull(EndpointHealth),
})
export type AppView = Type.Static<typeof AppView>

const basicOf = (row: ListedAppRow | AppRow) => ({
  slug: row.slug,
  display_name: row.display_name,
  avatar_url: row.avatar_url,
  state: row.state,
  development: row.development,
  owner: { host_id: row.owner_host_id, name: row.owner_name },
  submitted_at: row.submitted_at?.toISOString() ?? null,
  created_at: row.created_at.toISOString(),
})

export const listedApp = (row: ListedAppRow): ListedApp => ({
  ...basicOf(row),
  scopes: { asked: row.scopes, approved: row.scopes_approved },
  permissions: { asked: row.permissions, approved: row.permissions_approved },
})

/** Everything that an operator decides by. Nothing of it is a secret. */
export async function appView(
  { db, callLimitDefaults }: { db: Database; callLimitDefaults: CallLimitDefaults },
  row: AppRow,
): Promise<AppView> {
  const [scopes, permissions, touchpoints, limits, endpoint] = await Promise.all([
    readNames(db, 'app_scopes', row.id),
    readNames(db, 'app_permissions', row.id),
    listTouchpoints(db, row.id),
    readAppLimits(db, callLimitDefaults, [row.slug]),
    loadEndpoint(db, row.id),
  ])
  return {
    ...basicOf(row),
    description: row.description,
    updated_at: row.updated_at.toISOString(),
    scopes,
    permissions,
    touchpoints: touchpoints.map(({ touchpoint, operation, fallback_url }) => ({
      touchpoint: touchpoint as AppView['touchpoints'][number]['touchpoint'],
      operation: operation as AppView['touchpoints'][number]['operation'],
      ...(fallback_url !== null && { fallback_url }),
    })),
    redirect_uris: row.redirect_uris,
    session_initialization_url: row.session_initialization_url,
    dynamic_action_url: row.dynamic_action_url,
    limits: limits.get(row.slug)!,
    endpoint: endpoint && endpointView(endpoint),
  }
}
