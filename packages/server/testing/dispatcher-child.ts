import { systemClock } from '../src/clock.ts'
import { createPool } from '../src/db/pool.ts'
import { createDispatcher, type DispatcherOptions } from '../src/delivery/dispatcher.ts'
import { createAddressGuard } from '../src/outbound/address-guard.ts'
import { createOutbound } from '../src/outbound/call-app.ts'
import { eventRendering } from './event-rendering.ts'

/** A node that only delivers, for tests that kill it. */
const { url, options } = JSON.parse(process.argv[2] ?? '') as {
  url: string
  options: Partial<DispatcherOptions>
}
const log = { info() {}, warn() {}, error() {} }
const dispatcher = createDispatcher(
  {
    rendering: eventRendering,
    pool: createPool({ url, max: 4, log, applicationName: 'charsu test node' }),
    outbound: createOutbound({
      guard: createAddressGuard({ allow: ['127.0.0.0/8'] }),
      clock: systemClock,
      log,
    }),
    clock: systemClock,
    log,
  },
  options,
)
dispatcher.start()
console.log(JSON.stringify({ nodeId: dispatcher.nodeId }))
