import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'

const frame = lazyRouteComponent(() => import('./frame/console-frame.tsx'), 'ConsoleFrame')
const appFrame = lazyRouteComponent(() => import('./frame/app-frame.tsx'), 'AppFrame')

/** The pages below one app, each loaded when it is first visited. */
const APP_PAGES = {
  '/': lazyRouteComponent(() => import('./apps/overview-page.tsx'), 'OverviewPage'),
  settings: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
  credentials: lazyRouteComponent(() => import('./credentials/credentials-page.tsx'), 'CredentialsPage'),
  permissions: lazyRouteComponent(() => import('./access/permissions-page.tsx'), 'PermissionsPage'),
  touchpoints: lazyRouteComponent(() => import('./access/touchpoints-page.tsx'), 'TouchpointsPage'),
  events: lazyRouteComponent(() => import('./traffic/events-page.tsx'), 'EventsPage'),
  'events/$id': lazyRouteComponent(() => import('./traffic/event-page.tsx'), 'EventPage'),
  replays: lazyRouteComponent(() => import('./traffic/replays-page.tsx'), 'ReplaysPage'),
  subscriptions: lazyRouteComponent(() => import('./traffic/subscriptions-page.tsx'), 'SubscriptionsPage'),
  clicks: lazyRouteComponent(() => import('./traffic/clicks-page.tsx'), 'ClicksPage'),
  usage: lazyRouteComponent(() => import('./usage/usage-page.tsx'), 'UsagePage'),
  endpoint: lazyRouteComponent(() => import('./usage/endpoint-page.tsx'), 'EndpointPage'),
  alerts: lazyRouteComponent(() => import('./usage/alerts-page.tsx'), 'AlertsPage'),
} as const

/** The console of app developers. */
export const consoleRoutes = (root: AnyRoute): AnyRoute[] => {
  const console = createRoute({ getParentRoute: () => root, path: '/console', component: frame })
  const app = createRoute({ getParentRoute: () => console, path: 'apps/$slug', component: appFrame })
  const page = (parent: AnyRoute, path: string, component: typeof frame): AnyRoute =>
    createRoute({ getParentRoute: () => parent, path, component })
  const pages = Object.entries(APP_PAGES).map(([path, component]) => page(app, path, component))
  return [
    console.addChildren([
      page(
        console,
        '/',
        lazyRouteComponent(() => import('./apps/apps-page.tsx'), 'AppsPage'),
      ),
      page(
        console,
        'new',
        lazyRouteComponent(() => import('./apps/new-app-page.tsx'), 'NewAppPage'),
      ),
      page(
        console,
        'posts',
        lazyRouteComponent(() => import('./posts/posts-page.tsx'), 'PostsPage'),
      ),
      app.addChildren(pages),
    ]),
  ]
}
