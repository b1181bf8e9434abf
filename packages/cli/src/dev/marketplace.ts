import { startEmbedded } from '@charsu/server/db/embedded'
import { freePort } from '@charsu/server/db/free-port'
import { CommandError } from '../command-error.ts'
import { type DevClient, devClient } from '../dev-client.ts'
import type { DevelopmentHello } from '../development-shapes.ts'
import type { Io } from '../io.ts'
import { withProgress } from '../progress.ts'
import { serverCommand } from '../server-command.ts'
import { isPortFree } from './port-state.ts'
import { type ServerDeath, ServerStartError, startServer } from './server-process.ts'

export interface Marketplace {
  client: DevClient
  hello: DevelopmentHello
  /** Another command runs it. */
  joined: boolean
  /** Resolves with what to tell when it ends by itself; never for one that was joined. */
  died: Promise<string>
  /** Ends it, unless it was joined. */
  stop(): Promise<void>
}

export interface MarketplaceInput {
  /** 0 takes a free one. */
  port: number
  dataDir: string
  /** Each line that the server logs. */
  onLine(line: string): void
}

const LONGEST_HELLO_MS = 5_000
const SILENT = { info: () => {}, warn: () => {} }

/**
 * The marketplace on this machine: the one that answers on the port already, or one that is started there.
 * @throws CommandError when the port belongs to another program, or the server does not start.
 */
export async function openMarketplace(io: Io, input: MarketplaceInput): Promise<Marketplace> {
  const port = input.port === 0 ? await freePort() : input.port
  if (!(await isPortFree(port))) return await join(io, port)
  try {
    return await startOne(io, { ...input, port })
  } catch (error) {
    // Somebody else started one here at the same moment, and won.
    if (!(error instanceof ServerStartError) || (await isPortFree(port))) throw error
    return await join(io, port)
  }
}

async function join(io: Io, port: number): Promise<Marketplace> {
  const client = devClient(io, `http://localhost:${port}`)
  const hello = await helloOf(io, client).catch((cause: unknown) => {
    if (io.signal.aborted) throw cause
    throw new CommandError(
      `port ${port} is used by another program, which is not a Charsu in development mode`,
      {
        hint: `Stop that program, or choose another port: charsu dev --port ${port + 1}`,
        cause,
      },
    )
  })
  return { client, hello, joined: true, died: new Promise(() => {}), stop: async () => {} }
}

/** Somebody who takes the connection and says nothing is no Charsu. */
async function helloOf(io: Io, client: DevClient): Promise<DevelopmentHello> {
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(LONGEST_HELLO_MS)])
  return await devClient({ ...io, signal }, client.url).hello()
}

async function startOne(io: Io, { port, dataDir, onLine }: MarketplaceInput): Promise<Marketplace> {
  const command = serverCommand({
    node: io.node,
    pid: io.pid,
    env: {
      ...io.env,
      CHARSU_MODE: 'development',
      CHARSU_PORT: String(port),
      CHARSU_DATA_DIR: dataDir,
      // Those of a shell that is set up for production, or of npm, are not meant for this.
      CHARSU_HOST: undefined,
      CHARSU_PUBLIC_URL: undefined,
    },
  })
  const server = await withProgress(
    io,
    'starting the marketplace',
    startServer(command, { onLine, signal: io.signal }),
  )
  try {
    const client = devClient(io, server.url)
    return {
      client,
      hello: await client.hello(),
      joined: false,
      died: server.died.then((death) => cleanUpAfter(death, io, dataDir)),
      stop: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** A killed server leaves its database running, to be found again at the next start; here nothing is to stay behind. */
async function cleanUpAfter({ message, wasKilled }: ServerDeath, io: Io, dataDir: string): Promise<string> {
  if (wasKilled && !io.env.DATABASE_URL?.trim()) {
    const left = await startEmbedded({ dataDir, log: SILENT }).catch(() => null)
    await left?.stop()
  }
  return message
}
