import { createInterface } from 'node:readline'
import { readConfig } from '../src/config.ts'
import { createPool } from '../src/db/pool.ts'
import type { DispatcherOptions } from '../src/delivery/dispatcher.ts'
import { createLog } from '../src/log.ts'
import { createServer } from '../src/server.ts'
import { MovingClock } from './moving-clock.ts'

/** One JSON argument. */
export interface ServerChildInput {
  databaseUrl: string
  settings: Readonly<Record<string, string>>
  delivery: Partial<DispatcherOptions>
}

/** One a line on its input; each is answered with one line. */
export type ServerChildOrder =
  /** Bytes after a forced collection; needs --expose-gc. */
  | { ask: 'memory' }
  | { ask: 'set-clock'; aheadMs: number }
  /** What the next look-ups of any name find, one after another; the last is found again and again. */
  | { ask: 'set-dns'; answers: string[][] }
  | { ask: 'stop' }

/** A whole node that can be told to look at another clock and to ask another DNS, for tests that kill and stop it. */
const { databaseUrl, settings, delivery } = JSON.parse(process.argv[2] ?? '') as ServerChildInput
const config = readConfig({ DATABASE_URL: databaseUrl, ...settings })
const log = createLog({ level: config.logLevel })
const clock = new MovingClock()
const pool = createPool({
  url: databaseUrl,
  max: config.databaseConnections,
  log,
  applicationName: 'charsu test node',
})
let dns: string[][] = []
const server = await createServer(config, {
  pool,
  clock,
  log,
  delivery,
  resolver: async () => (dns.length > 1 ? dns.shift() : dns[0]) ?? [],
})
const { port } = await server.listen()
const say = (answer: object): void => console.log(JSON.stringify(answer))
say({ port })

async function obey(order: ServerChildOrder): Promise<object> {
  switch (order.ask) {
    case 'memory':
      return usedMemory()
    case 'set-clock':
      clock.set(order.aheadMs)
      return {}
    case 'set-dns':
      dns = order.answers
      return {}
    case 'stop':
      await server.close()
      await pool.end()
      return {}
  }
}

/** Finalizers of one collection may free what only the next can take. */
async function usedMemory(): Promise<{ heapUsed: number; external: number }> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return { heapUsed, external }
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as ServerChildOrder
  say(await obey(order))
  if (order.ask === 'stop') process.exit()
}
