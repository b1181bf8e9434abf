import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'

/** The chat of a marketplace's users, and what belongs to a person beside it. */
export function chatRoutes(root: AnyRoute): AnyRoute[] {
  const frame = createRoute({
    getParentRoute: () => root,
    id: 'person',
    component: lazyRouteComponent(() => import('./chat-frame.tsx'), 'ChatFrame'),
  })
  const chat = createRoute({
    getParentRoute: () => frame,
    path: '/chat',
    component: lazyRouteComponent(() => import('./chat-page.tsx'), 'ChatPage'),
  })
  const none = createRoute({
    getParentRoute: () => chat,
    path: '/',
    component: lazyRouteComponent(() => import('./chat-page.tsx'), 'NoneChosen'),
  })
  const conversation = createRoute({
    getParentRoute: () => chat,
    path: '$conversationId',
    component: lazyRouteComponent(() => import('./chat-page.tsx'), 'ChosenConversation'),
  })
  const chatbot = createRoute({
    getParentRoute: () => chat,
    path: 'addon_{$slug}',
    component: lazyRouteComponent(() => import('./chatbots/chatbot-page.tsx'), 'ChatbotPage'),
  })
  const notices = createRoute({
    getParentRoute: () => frame,
    path: '/notices',
    component: lazyRouteComponent(() => import('./notices/notices-page.tsx'), 'NoticesPage'),
  })
  const connectedApps = createRoute({
    getParentRoute: () => frame,
    path: '/connected-apps',
    component: lazyRouteComponent(
      () => import('./connected-apps/connected-apps-page.tsx'),
      'ConnectedAppsPage',
    ),
  })
  const blocked = createRoute({
    getParentRoute: () => frame,
    path: '/blocked',
    component: lazyRouteComponent(() => import('./blocks/blocked-page.tsx'), 'BlockedPage'),
  })
  const beside = [notices, connectedApps, blocked]
  return [frame.addChildren([chat.addChildren([none, chatbot, conversation]), ...beside])]
}
