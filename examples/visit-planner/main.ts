import { join } from 'node:path'
import { appSettings, MemoryGrants } from '@charsu/sdk'
import { FileGrants } from '@charsu/sdk/files'
import { serve } from '@charsu/sdk/node'
import { Store } from './app/store.ts'
import { createVisitPlanner } from './app/visit-planner.ts'
import { jsonWireLog, textWireLog } from './app/wire-log.ts'
import { callsLogged, requestsLogged } from './app/wire-taps.ts'

async function start(): Promise<void> {
  const { PORT = '4500', STATE_FOLDER, WIRE_LOG } = process.env
  const settings = appSettings({ PUBLIC_URL: `http://127.0.0.1:${PORT}`, ...process.env })
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const log = WIRE_LOG === 'json' ? jsonWireLog(print) : textWireLog(print)
  const grants = STATE_FOLDER ? new FileGrants(join(STATE_FOLDER, 'grants.json')) : new MemoryGrants()
  const store = await Store.open(STATE_FOLDER ? join(STATE_FOLDER, 'visits.json') : undefined)
  const app = createVisitPlanner({ ...settings, grants, interceptors: [callsLogged(log)] }, store)
  const server = await serve(requestsLogged(app, log), { port: Number(PORT), host: '127.0.0.1' })
  print(`visit-planner is ready at ${settings.publicUrl} (port ${PORT})`)
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close())
}

start().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
