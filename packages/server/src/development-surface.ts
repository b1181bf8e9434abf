import type { DemoBot } from './demo-bot/demo-bot.ts'
import { demoBotRoutes } from './demo-bot/routes.ts'
import { asPersonRoutes } from './development/as-person.ts'
import type { Development } from './development/open-development.ts'
import { type DevelopmentApiDeps, developmentApiRoutes } from './development/routes.ts'
import type { Route } from './http/route.ts'
import { isOwnOrigin } from './http/site.ts'
import { type DevelopmentDeps, developmentRoutes } from './me/development-routes.ts'
import { type SnapshotRouteDeps, snapshotRoutes } from './snapshots/routes.ts'
import { SnapshotFolder } from './snapshots/snapshot-folder.ts'

export interface DevelopmentSurfaceDeps
  extends Omit<DevelopmentApiDeps, 'streams'>,
    Omit<DevelopmentDeps, 'isOwnOrigin'>,
    Omit<SnapshotRouteDeps, 'folder'> {
  development: Development
  bot: DemoBot
}

/** All that is served in development mode alone: whom to be, what tools use, snapshots, the bundled app. */
export const developmentSurface = ({ development, bot, ...deps }: DevelopmentSurfaceDeps): Route[] => [
  ...developmentRoutes({ ...deps, isOwnOrigin: (origin) => isOwnOrigin(origin, deps.site, 'development') }),
  ...asPersonRoutes(),
  ...developmentApiRoutes({ ...deps, streams: development.streams }),
  ...demoBotRoutes({ db: deps.db, bot }),
  ...snapshotRoutes({ ...deps, folder: new SnapshotFolder(deps.dataDir) }),
]
