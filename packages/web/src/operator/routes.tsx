import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'

/** The pages of the marketplace's own staff. */
export const operatorRoutes = (root: AnyRoute): AnyRoute[] => {
  const frame = createRoute({
    getParentRoute: () => root,
    path: '/operator',
    component: lazyRouteComponent(() => import('./frame/operator-frame.tsx'), 'OperatorFrame'),
  })
  const page = (path: string, component: ReturnType<typeof lazyRouteComponent>): AnyRoute =>
    createRoute({ getParentRoute: () => frame, path, component })
  return [
    frame.addChildren([
      page(
        '/',
        lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
      ),
      page(
        '/apps',
        lazyRouteComponent(() => import('./apps/apps-page.tsx'), 'AppsPage'),
      ),
      page(
        '/apps/$slug',
        lazyRouteComponent(() => import('./apps/app-page.tsx'), 'AppPage'),
      ),
      page(
        '/users',
        lazyRouteComponent(() => import('./users/users-page.tsx'), 'UsersPage'),
      ),
      page(
        '/users/$hostId',
        lazyRouteComponent(() => import('./users/user-page.tsx'), 'UserPage'),
      ),
      page(
        '/posts',
        lazyRouteComponent(() => import('./posts/posts-page.tsx'), 'PostsPage'),
      ),
      page(
        '/posts/$token',
        lazyRouteComponent(() => import('./posts/post-page.tsx'), 'PostPage'),
      ),
      page(
        '/deliveries',
        lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
      ),
      page(
        '/deliveries/$id',
        lazyRouteComponent(() => import('./deliveries/delivery-page.tsx'), 'DeliveryPage'),
      ),
      page(
        '/replays',
        lazyRouteComponent(() => import('./deliveries/replays-page.tsx'), 'ReplaysPage'),
      ),
      page(
        '/nodes',
        lazyRouteComponent(() => import('./nodes/nodes-page.tsx'), 'NodesPage'),
      ),
      page(
        '/history',
        lazyRouteComponent(() => import('./history/history-page.tsx'), 'HistoryPage'),
      ),
    ]),
  ]
}
