import { randomUUID } from 'node:crypto'
import type { DispatcherOptions } from '../../packages/server/src/delivery/dispatcher.ts'
import { NO_LIMITS } from '../../packages/server/testing/no-limits.ts'
import { type NodeChild, startNode } from '../../packages/server/testing/node-child.ts'
import type { ServerChildInput, ServerChildOrder } from '../../packages/server/testing/server-child.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'

const SCRIPT = new URL('../../packages/server/testing/server-child.ts', import.meta.url).pathname

/** Apps live on this address, which counts as public; all others of the loopback network are private. */
export const PUBLIC_ADDRESS = '127.0.0.2'
export const PRIVATE_ADDRESS = '127.0.0.3'

/** Production, but for the one address that is public here. */
const SETTINGS = {
  CHARSU_MODE: 'production',
  CHARSU_HOST: '127.0.0.1',
  CHARSU_PORT: '0',
  CHARSU_PUBLIC_URL: 'http://charsu.test',
  CHARSU_HOST_KEY: TEST_HOST_KEY,
  CHARSU_EGRESS_ALLOW: `${PUBLIC_ADDRESS}/32`,
  CHARSU_DATABASE_CONNECTIONS: '8',
  CHARSU_LOG_LEVEL: 'fatal',
  ...NO_LIMITS,
}

/** Everything short, so that leases run out and outages end within a test. */
export const FAST: Partial<DispatcherOptions> = {
  leaseMs: 4_000,
  deadlineMs: 1_500,
  startMarginMs: 2_000,
  claimEveryMs: 20,
  sweepEveryMs: 100,
  renewEveryMs: 500,
  quietAfterReconnectMs: 0,
}

/** A whole Charsu node in a process of its own. */
export interface FaultNode extends AsyncDisposable {
  /** Names it as the holder of leases. */
  id: string
  url: string
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
  /** Stops its clock, so to speak: not one instruction runs until `resume`. */
  freeze(): void
  resume(): void
  alive: boolean
  setClock(aheadMs: number): Promise<void>
  setDns(answers: string[][]): Promise<void>
  /** heapUsed + external after a forced collection, in bytes. */
  memory(): Promise<number>
  /** Ends as on SIGTERM. */
  stop(): Promise<void>
}

export async function startFaultNode(
  databaseUrl: string,
  delivery: Partial<DispatcherOptions> = FAST,
): Promise<FaultNode> {
  const id = randomUUID()
  const input: ServerChildInput = { databaseUrl, settings: SETTINGS, delivery: { ...delivery, node: id } }
  const child = startNode(SCRIPT, input, ['--expose-gc'])
  const { port } = await child.next<{ port: number }>()
  return controls(id, `http://127.0.0.1:${port}`, child)
}

function controls(id: string, url: string, child: NodeChild): FaultNode {
  const ask = <T>(order: ServerChildOrder): Promise<T> => {
    child.tell(JSON.stringify(order))
    return child.next<T>()
  }
  const node: FaultNode = {
    id,
    url,
    alive: true,
    async kill() {
      node.alive = false
      await child.kill()
    },
    freeze: () => void child.process.kill('SIGSTOP'),
    resume: () => void child.process.kill('SIGCONT'),
    setClock: (aheadMs) => ask({ ask: 'set-clock', aheadMs }),
    setDns: (answers) => ask({ ask: 'set-dns', answers }),
    async memory() {
      const { heapUsed, external } = await ask<{ heapUsed: number; external: number }>({ ask: 'memory' })
      return heapUsed + external
    },
    async stop() {
      node.alive = false
      await ask({ ask: 'stop' })
      await child.ended
    },
    [Symbol.asyncDispose]: () => node.kill(),
  }
  return node
}
