import { createInterface } from 'node:readline'
import { DatabaseStartError } from '../src/db/database-start-error.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { silentLog } from './test-log.ts'

/**
 * A process of its own around startEmbedded: says on its output how it went, then stops the server when told
 * `stop`. With `uid` it gives up being root first, once all its modules are loaded.
 */
const { uid, ...options } = JSON.parse(process.argv[2] ?? '{}')
if (uid !== undefined) {
  process.setgroups?.([])
  process.setgid?.(uid)
  process.setuid?.(uid)
}
const say = (answer: object): void => console.log(JSON.stringify(answer))
try {
  const server = await startEmbedded({ ...options, log: silentLog })
  say({ url: server.url, reused: server.reused })
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'stop') continue
    await server.stop()
    say({ stopped: true })
    process.exit()
  }
} catch (error) {
  if (!(error instanceof DatabaseStartError)) throw error
  say({ message: error.message, hint: error.hint })
}
