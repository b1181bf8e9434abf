import {
  type AnyRouter,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { chatRoutes } from './chat/routes.tsx'
import { consoleRoutes } from './console/routes.tsx'
import { operatorRoutes } from './operator/routes.tsx'
import { FaultPage, NotFoundPage } from './shell/fault-pages.tsx'
import type { StartData } from './shell/start-data.ts'

export interface PageRouterOptions {
  /** '' or `/dev/as/{host_id}`. */
  base: string
  start: StartData
}

/** All pages. What each area shows is loaded when it is first visited. */
export function createPageRouter({ base, start }: PageRouterOptions): AnyRouter {
  const root = createRootRoute({ notFoundComponent: NotFoundPage })
  const front = createRoute({
    getParentRoute: () => root,
    path: '/',
    // Only a development marketplace has a playground; as somebody in particular there is one pane of it, the chat.
    beforeLoad: () => {
      if (start.mode !== 'development' || base !== '') throw redirect({ to: '/chat', replace: true })
    },
    component: lazyRouteComponent(() => import('./playground/playground-page.tsx'), 'PlaygroundPage'),
  })
  return createRouter({
    routeTree: root.addChildren([
      front,
      ...chatRoutes(root),
      ...consoleRoutes(root),
      ...operatorRoutes(root),
    ]),
    basepath: base === '' ? '/' : base,
    defaultErrorComponent: FaultPage,
    defaultPreload: 'intent',
    scrollRestoration: false,
  })
}
