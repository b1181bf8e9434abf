import type { Route } from '../http/route.ts'
import { type HostAppDeps, hostAppRoutes } from './app-routes.ts'
import { type HostConversationDeps, hostConversationRoutes } from './conversation-routes.ts'
import { type HostKeyDeps, hostKeyRoutes } from './key-routes.ts'
import { type HostPostDeps, hostPostRoutes } from './post-routes.ts'
import { hostReplayRoutes } from './replay-routes.ts'
import { type HostSiteDeps, hostSiteRoutes } from './site-routes.ts'
import { hostTouchpointRoutes } from './touchpoint-routes.ts'
import { type HostUploadDeps, hostUploadRoutes } from './upload-routes.ts'
import { type HostUserDeps, hostUserRoutes } from './user-routes.ts'

export interface HostDeps
  extends HostAppDeps,
    HostKeyDeps,
    HostUserDeps,
    HostConversationDeps,
    HostPostDeps,
    HostSiteDeps,
    HostUploadDeps {}

/** Everything the marketplace's backend can do, by its host key. */
export const hostRoutes = (deps: HostDeps): Route[] => [
  ...hostUserRoutes(deps),
  ...hostUploadRoutes(deps),
  ...hostPostRoutes(deps),
  ...hostConversationRoutes(deps),
  ...hostAppRoutes(deps),
  ...hostKeyRoutes(deps),
  ...hostTouchpointRoutes(deps),
  ...hostReplayRoutes(deps),
  ...hostSiteRoutes(deps),
]
