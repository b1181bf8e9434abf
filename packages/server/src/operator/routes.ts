import type { Route } from '../http/route.ts'
import { actionRoutes } from './action-routes.ts'
import { appRoutes, type OperatorAppDeps } from './app-routes.ts'
import { deliveryRoutes, type OperatorDeliveryDeps } from './delivery-routes.ts'
import { nodeRoutes } from './node-routes.ts'
import { type OverviewDeps, overviewRoutes } from './overview.ts'
import { postRoutes } from './post-routes.ts'
import { replayRoutes } from './replay-routes.ts'
import { userRoutes } from './user-routes.ts'

export interface OperatorDeps extends OperatorAppDeps, OperatorDeliveryDeps, OverviewDeps {}

/** What the marketplace's own staff can do by hand; never what people write to each other. */
export const operatorRoutes = (deps: OperatorDeps): Route[] => [
  ...overviewRoutes(deps),
  ...appRoutes(deps),
  ...userRoutes(deps),
  ...postRoutes(deps),
  ...deliveryRoutes(deps),
  ...replayRoutes(deps),
  ...nodeRoutes(deps),
  ...actionRoutes(deps),
]
