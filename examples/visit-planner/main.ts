import type { AddressInfo } from 'node:net'
import { serve } from './app/serve.ts'
import { readSettings } from './app/settings.ts'
import { Store } from './app/store.ts'
import { createVisitPlanner } from './app/visit-planner.ts'
import { jsonWireLog, textWireLog } from './app/wire-log.ts'

const RENEW_EVERY_MS = 60_000

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const log = settings.wireLog === 'json' ? jsonWireLog(print) : textWireLog(print)
  const report = (text: string): void => void process.stderr.write(`${text}\n`)
  const store = await Store.open(settings.stateFile)
  const app = createVisitPlanner({ settings, store, log, report, now: Date.now })
  const server = serve(app, settings.publicUrl, log)
  server.listen(settings.port, '127.0.0.1', () => {
    print(`visit-planner is ready at ${settings.publicUrl} (port ${(server.address() as AddressInfo).port})`)
  })
  const renewal = setInterval(() => app.renewTokens(), RENEW_EVERY_MS)
  const stop = (): void => {
    clearInterval(renewal)
    server.close()
    server.closeIdleConnections()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

start().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
