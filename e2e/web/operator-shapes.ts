import type { replayView } from '../../packages/server/src/delivery/replay-view.ts'
import type { ActionView } from '../../packages/server/src/operator/action-routes.ts'
import type { AppView, ListedApp as ListedAppAnswer } from '../../packages/server/src/operator/app-views.ts'
import type {
  DeliveryView,
  ListedDelivery as ListedDeliveryAnswer,
} from '../../packages/server/src/operator/delivery-routes.ts'
import type { NodeView } from '../../packages/server/src/operator/node-routes.ts'
import type { Overview as OverviewAnswer } from '../../packages/server/src/operator/overview.ts'
import type {
  ListedPost as ListedPostAnswer,
  PostView,
} from '../../packages/server/src/operator/post-routes.ts'
import type { ReplayAnswer } from '../../packages/server/src/operator/replay-answer.ts'
import type {
  ListedUser as ListedUserAnswer,
  UserView,
} from '../../packages/server/src/operator/user-routes.ts'
import type * as shapes from '../../packages/web/src/api/operator/operator-shapes.ts'
import type { Fits } from './fits.ts'

export type OperatorAnswers = [
  Fits<OverviewAnswer, shapes.Overview>,
  Fits<ListedAppAnswer, shapes.ListedApp>,
  Fits<AppView, shapes.OperatedApp>,
  Fits<ListedUserAnswer, shapes.ListedUser>,
  Fits<UserView, shapes.OperatedUser>,
  Fits<ListedPostAnswer, shapes.ListedPost>,
  Fits<PostView, shapes.OperatedPost>,
  Fits<ListedDeliveryAnswer, shapes.ListedDelivery>,
  Fits<DeliveryView, shapes.OperatedDelivery>,
  Fits<ReplayAnswer, shapes.Replay>,
  Fits<ReturnType<typeof replayView>, ReplayAnswer>,
  Fits<NodeView, shapes.OperatedNode>,
  Fits<ActionView, shapes.OperatorAction>,
]
