import type { AlertView } from '../../packages/server/src/apps/alerts.ts'
import type { ApiKeyView } from '../../packages/server/src/apps/api-keys.ts'
import type { AppLimitsView } from '../../packages/server/src/apps/app-limits.ts'
import type { AppDetails as AppDetailsAnswer } from '../../packages/server/src/apps/app-view.ts'
import type { EndpointHealth as EndpointAnswer } from '../../packages/server/src/apps/endpoint-view.ts'
import type { ListedApp as ListedAppAnswer } from '../../packages/server/src/apps/list-apps.ts'
import type {
  clickView,
  deliveryDetails,
  deliverySummary,
  subscriptionView,
} from '../../packages/server/src/console/traffic-views.ts'
import type { UrlVerdict as VerdictAnswer } from '../../packages/server/src/console/url-verdict.ts'
import type { UsageView } from '../../packages/server/src/console/usage-routes.ts'
import type { replayView } from '../../packages/server/src/delivery/replay-view.ts'
import type * as shapes from '../../packages/web/src/api/console/console-shapes.ts'
import type { Fits } from './fits.ts'

/** The console's API (docs/console-api.md). */
export type ConsoleShapes = [
  Fits<ListedAppAnswer, shapes.ListedApp>,
  Fits<AppDetailsAnswer, shapes.AppDetails>,
  Fits<ApiKeyView, shapes.ApiKey>,
  Fits<VerdictAnswer, shapes.UrlVerdict>,
  Fits<EndpointAnswer, shapes.EndpointHealth>,
  Fits<AppLimitsView, shapes.AppLimits>,
  Fits<UsageView, shapes.Usage>,
  Fits<AlertView, shapes.Alert>,
  Fits<ReturnType<typeof deliverySummary>, shapes.Delivery>,
  Fits<ReturnType<typeof deliveryDetails>, shapes.DeliveryDetails>,
  Fits<ReturnType<typeof replayView>, shapes.Replay>,
  Fits<ReturnType<typeof subscriptionView>, shapes.Subscription>,
  Fits<ReturnType<typeof clickView>, shapes.Click>,
]
