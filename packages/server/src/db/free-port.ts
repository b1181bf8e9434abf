import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range from which systems take ports for outgoing connections: there a port can vanish at any time. */
const LOWEST = 20_000
const HIGHEST = 32_000
const TRIES = 50

/** A port of 127.0.0.1 that nothing listens on now: the preferred one if free. It may be taken before it is used. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred
  for (let tries = 1; ; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    if (tries >= TRIES || (await isFree(port))) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
