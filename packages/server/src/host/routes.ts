import type { Route } from '../http/route.ts'
import { hostAppRoutes } from './app-routes.ts'
import { type HostConversationDeps, hostConversationRoutes } from './conversation-routes.ts'
import { type HostPostDeps, hostPostRoutes } from './post-routes.ts'
import { hostReplayRoutes } from './replay-routes.ts'
import { type HostSiteDeps, hostSiteRoutes } from './site-routes.ts'
import { type HostUserDeps, hostUserRoutes } from './user-routes.ts'

export interface HostDeps extends HostUserDeps, HostConversationDeps, HostPostDeps, HostSiteDeps {}

/** Everything the marketplace's backend can do, by its host key. */
export const hostRoutes = (deps: HostDeps): Route[] => [
  ...hostUserRoutes(deps),
  ...hostPostRoutes(deps),
  ...hostConversationRoutes(deps),
  ...hostAppRoutes(deps),
  ...hostReplayRoutes(deps),
  ...hostSiteRoutes(deps),
]
