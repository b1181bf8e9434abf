import type { Database } from '../db/database.ts'
import type { Route } from '../http/route.ts'
import type { DemoBot } from './demo-bot.ts'
import { pageRoutes } from './page-routes.ts'
import { switchRoutes } from './switch-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'

/** The bundled app, below `/dev/demo-bot`, and its switch. To be served in development mode alone. */
export function demoBotRoutes({ db, bot }: { db: Database; bot: DemoBot }): Route[] {
  const { memory, platform } = bot
  const { now, pagesUrl } = bot.answering()
  return [
    ...switchRoutes({ db, memory, turn: (enabled) => bot.turn(enabled) }),
    ...webhookRoutes({ secrets: () => bot.secrets(), answering: () => bot.answering() }),
    ...pageRoutes({ memory, platform, now, pagesUrl, settleGrants: () => bot.settleGrants() }),
  ]
}
