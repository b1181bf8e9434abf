import type { BotState } from '../../packages/server/src/demo-bot/switch-routes.ts'
import type { ConsentView } from '../../packages/server/src/development/consent-routes.ts'
import type { QueueView } from '../../packages/server/src/development/fault-routes.ts'
import type { Faults } from '../../packages/server/src/development/faults.ts'
import type { TrafficRecord } from '../../packages/server/src/development/traffic-record.ts'
import type * as development from '../../packages/web/src/api/development/development-shapes.ts'
import type * as faults from '../../packages/web/src/api/development/faults-shapes.ts'
import type { Fits } from './fits.ts'

/** Faults, queues, consents and the bundled app (docs/development-api.md): what the server answers is what pages read. */
export type FaultShapes = [
  Fits<Faults, development.AppFaults>,
  Fits<QueueView, development.DeliveryQueue>,
  Fits<QueueView['breaker'], faults.Breaker>,
  Fits<ConsentView, development.GivenConsent>,
  Fits<BotState, faults.DemoBotState>,
  Fits<NonNullable<TrafficRecord['fault']>, faults.FaultName>,
]
