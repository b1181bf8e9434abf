import type { Database } from '../db/database.ts'
import { type Route, route } from '../http/route.ts'
import type { Site } from '../http/site.ts'
import { Surroundings } from './answers.ts'
import { type AppRouteDeps, appRoutes } from './app-routes.ts'
import { type ConsentRouteDeps, consentRoutes } from './consent-routes.ts'
import { type FaultRouteDeps, faultRoutes } from './fault-routes.ts'
import { conversationsHere, peopleHere, postsHere, slugsHere } from './store.ts'
import { storyRoutes } from './story-routes.ts'
import { type TrafficRouteDeps, trafficRoutes } from './traffic-routes.ts'
import { type TriggerRouteDeps, triggerRoutes } from './trigger-routes.ts'

export interface DevelopmentApiDeps
  extends AppRouteDeps,
    ConsentRouteDeps,
    FaultRouteDeps,
    TrafficRouteDeps,
    TriggerRouteDeps {
  db: Database
  site: Site
  hostKey: string
  version: string
  dataDir: string | null
}

/**
 * What tools on the developer's machine use. To be served in development mode alone: it tells every secret of this
 * server to whoever reaches it, which the Host check and the same-origin rule keep to this machine.
 */
export const developmentApiRoutes = (deps: DevelopmentApiDeps): Route[] => [
  route({
    method: 'GET',
    path: '/dev/v1',
    operation: 'Development_Get',
    summary: 'What runs here: version, host key, people, posts, conversations and apps',
    caller: 'local',
    answer: Surroundings,
    handle: () => surroundings(deps),
  }),
  ...appRoutes(deps),
  ...consentRoutes(deps),
  ...faultRoutes(deps),
  ...triggerRoutes(deps),
  ...trafficRoutes(deps),
  ...storyRoutes(deps),
]

async function surroundings(deps: DevelopmentApiDeps): Promise<Surroundings> {
  const { db, site, hostKey, version, dataDir } = deps
  const [people, posts, conversations, apps] = await Promise.all([
    peopleHere(db),
    postsHere(db),
    conversationsHere(db),
    slugsHere(db),
  ])
  return {
    name: 'charsu',
    version,
    url: site.publicUrl,
    host_key: hostKey,
    data_dir: dataDir,
    people,
    posts,
    conversations,
    apps,
  }
}
