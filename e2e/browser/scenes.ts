import type { Page } from 'playwright-core'
import { CONVERSATION } from './pages-bed.ts'

/** A page as people meet it in a development marketplace. */
export interface Scene {
  /** Of its picture in docs/screenshots. */
  name: string
  /** Host id; null for somebody who is not logged in. */
  as: 'negar' | 'kamran' | 'sara' | 'parisa' | null
  path: string
}

const CONSENT = new URLSearchParams({
  response_type: 'code',
  client_id: 'visit-planner',
  redirect_uri: 'http://127.0.0.1:4500/charsu/callback',
  scope: `CONVERSATION_SEND_MESSAGE.${CONVERSATION} CHAT_POST_CONVERSATIONS_READ.demo_flat USER_ID`,
  state: 'picture',
})

/** Every page. */
export const SCENES: readonly Scene[] = [
  { name: 'playground', as: null, path: '/' },
  { name: 'conversations', as: 'negar', path: '/chat' },
  { name: 'chat', as: 'negar', path: `/chat/${CONVERSATION}` },
  { name: 'notices', as: 'negar', path: '/notices' },
  { name: 'connected-apps', as: 'kamran', path: '/connected-apps' },
  { name: 'blocked', as: 'negar', path: '/blocked' },
  { name: 'consent', as: 'kamran', path: `/oauth2/auth?${CONSENT}` },
  { name: 'console', as: 'sara', path: '/console' },
  { name: 'console-new-app', as: 'sara', path: '/console/new' },
  { name: 'console-app', as: 'sara', path: '/console/apps/demo-bot' },
  { name: 'console-settings', as: 'sara', path: '/console/apps/demo-bot/settings' },
  { name: 'console-credentials', as: 'sara', path: '/console/apps/demo-bot/credentials' },
  { name: 'console-permissions', as: 'sara', path: '/console/apps/demo-bot/permissions' },
  { name: 'console-touchpoints', as: 'sara', path: '/console/apps/demo-bot/touchpoints' },
  { name: 'console-events', as: 'sara', path: '/console/apps/demo-bot/events' },
  { name: 'console-replays', as: 'sara', path: '/console/apps/demo-bot/replays' },
  { name: 'console-subscriptions', as: 'sara', path: '/console/apps/demo-bot/subscriptions' },
  { name: 'console-clicks', as: 'sara', path: '/console/apps/demo-bot/clicks' },
  { name: 'console-usage', as: 'sara', path: '/console/apps/demo-bot/usage' },
  { name: 'console-endpoint', as: 'sara', path: '/console/apps/demo-bot/endpoint' },
  { name: 'console-alerts', as: 'sara', path: '/console/apps/demo-bot/alerts' },
  { name: 'operator', as: 'parisa', path: '/operator' },
  { name: 'operator-apps', as: 'parisa', path: '/operator/apps' },
  { name: 'operator-app', as: 'parisa', path: '/operator/apps/demo-bot' },
  { name: 'operator-users', as: 'parisa', path: '/operator/users' },
  { name: 'operator-posts', as: 'parisa', path: '/operator/posts' },
  { name: 'operator-deliveries', as: 'parisa', path: '/operator/deliveries' },
  { name: 'operator-nodes', as: 'parisa', path: '/operator/nodes' },
  { name: 'login', as: null, path: '/dev/login' },
  { name: 'error', as: null, path: '/errors/SCOPE_MISSING' },
]

const PATIENCE_MS = 15_000

/**
 * Goes there and waits until the page shows what it has to show.
 * @throws Error that names the page when it does not come to that.
 */
export async function visit(page: Page, { name, path }: Scene): Promise<void> {
  await page.goto(path)
  try {
    // On a phone the list of conversations is the whole page.
    await page
      .getByRole('main')
      .or(page.getByRole('navigation'))
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: PATIENCE_MS })
    await page.locator('[data-skeleton]').first().waitFor({ state: 'detached', timeout: PATIENCE_MS })
  } catch (cause) {
    throw new Error(`${name} does not come to rest: ${await page.locator('body').innerText()}`, { cause })
  }
  await page.evaluate('document.fonts.ready')
}
