import { once } from 'node:events'
import { CommandError } from '../command-error.ts'
import { type Io, paint } from '../io.ts'
import { startKenar } from '../kenar/kenar.ts'
import { kenarAppRequest, kenarLines } from '../kenar/kenar-app.ts'
import type { KenarSettings } from '../kenar/kenar-options.ts'
import { programLine } from '../plain-text.ts'
import { trafficLines } from '../traffic-lines.ts'
import { trafficStream } from '../traffic-stream.ts'
import { appEnvironment, portIn } from './app-environment.ts'
import { appPlace } from './app-place.ts'
import { type AppEnd, type AppProcess, startApp } from './app-process.ts'
import { headerLines } from './header-lines.ts'
import type { Marketplace } from './marketplace.ts'

export interface DevInput {
  marketplace: Marketplace
  slug: string
  /** What starts the app; empty when this command does not. */
  command: readonly string[]
  /** Where it listens, as it was given. */
  appUrl: string | undefined
  /** Of an app that knows Kenar alone; null for one that knows Charsu. */
  kenar: KenarSettings | null
  /** What the app finds in Host; absent: as it was. */
  hostHeader: string | undefined
  body: boolean
}

/**
 * Puts the developer's app into a marketplace and shows what goes on, until the user ends it.
 * @throws CommandError when the app cannot be started, or the marketplace ends by itself.
 */
export async function runDev(io: Io, input: DevInput): Promise<void> {
  const { marketplace } = input
  const ended = new AbortController()
  const ending = AbortSignal.any([io.signal, ended.signal])
  let app: AppProcess | undefined
  let traffic: Promise<void> | undefined
  // Ends after the app, which may call somebody until its last moment.
  await using held = new AsyncDisposableStack()
  try {
    const { env, listensSomewhere } = await putApp(io, input, held)
    if (ending.aborted) return
    const connected = Promise.withResolvers<void>()
    traffic = showTraffic(io, input, {
      app: listensSomewhere ? input.slug : undefined,
      signal: ending,
      onConnected: connected.resolve,
    })
    // Nothing that the app does is to be missed.
    await Promise.race([connected.promise, traffic])
    if (input.command.length > 0) app = await runApp(io, input, env)
    await untilTheEnd(io, marketplace)
  } finally {
    ended.abort()
    if (io.signal.aborted && app) io.err(paint(io, 'dim', 'Ending the app and the marketplace…\n'))
    await app?.stop()
    await marketplace.stop()
    await traffic
  }
}

/** Tells the marketplace of the app, and the developer of both. */
async function putApp(
  io: Io,
  input: DevInput,
  held: AsyncDisposableStack,
): Promise<{ env: Record<string, string>; listensSomewhere: boolean }> {
  const { marketplace, slug, command, appUrl: given, kenar: settings, hostHeader } = input
  const { client, hello, joined } = marketplace
  const listensSomewhere = command.length > 0 || given !== undefined || settings !== null
  const place = listensSomewhere ? await appPlace(given, io.env, command.length > 0) : null
  const appPort = place ? portIn(place.url) : 0
  const kenar =
    settings && held.use(await startKenar({ ...settings, charsuUrl: client.url, appPort, env: io.env }))
  const app = await client.putApp(slug, {
    ...(kenar ? kenarAppRequest(kenar, settings) : place && { url: place.url }),
    ...(hostHeader !== undefined && { host_header: hostHeader }),
  })
  const appUrl = kenar?.frontUrl ?? place?.url ?? app.url ?? null
  const more = kenar && {
    reached: kenarLines(kenar, app, appPort),
    environment: kenar.environment,
  }
  const lines = headerLines(io, { url: client.url, hello, joined, app, slug, appUrl, command, ...more })
  io.out(`${lines.join('\n')}\n`)
  if (place?.note) io.err(`${paint(io, 'yellow', 'note:')} ${place.note}\n`)
  const env = {
    ...(place && appEnvironment(client.url, app, place.url)),
    ...(kenar && { ...kenar.environment, PUBLIC_URL: settings?.publicUrl ?? kenar.frontUrl }),
  }
  return { listensSomewhere, env }
}

async function runApp(io: Io, { slug, command }: DevInput, env: Record<string, string>): Promise<AppProcess> {
  const mark = paint(io, 'cyan', `${slug} │`)
  const app = await startApp({
    node: io.node,
    command,
    cwd: io.cwd,
    env: { ...io.env, ...env },
    onLine: (line) => io.out(`${mark} ${programLine(line, io.colour)}\n`),
  })
  void app.ended.then((end) => {
    if (!io.signal.aborted) io.err(farewell(io, slug, command, end))
  })
  return app
}

function farewell(io: Io, slug: string, command: readonly string[], { code, signal }: AppEnd): string {
  const how = signal ?? `code ${code}`
  return [
    `${paint(io, code === 0 ? 'yellow' : ['red', 'bold'], `${slug} ended with ${how}.`)} The marketplace goes on.`,
    `Start the app again in another terminal: charsu dev --slug ${slug} -- ${command.join(' ')}`,
    'Or press Ctrl+C and run this command again; chats and credentials stay.',
    '',
  ].join('\n')
}

interface TrafficInput {
  /** Absent: all apps. */
  app: string | undefined
  signal: AbortSignal
  onConnected(): void
}

async function showTraffic(
  io: Io,
  { marketplace, body }: DevInput,
  { app, signal, onConnected }: TrafficInput,
): Promise<void> {
  const { client, joined } = marketplace
  let wasLost = false
  const records = trafficStream(client, {
    app,
    signal,
    onLost: () => {
      wasLost = true
      if (joined)
        io.err(
          `${paint(io, 'yellow', `the Charsu at ${client.url} is gone`)}; waiting until it is there again\n`,
        )
    },
    onConnected: () => {
      onConnected()
      if (wasLost && joined) io.err('it is there again\n')
    },
  })
  try {
    for await (const record of records) io.out(`${trafficLines(io, record, { body }).join('\n')}\n`)
  } catch (error) {
    // What goes on can be seen in other ways; it is no reason to end the app.
    if (!signal.aborted) io.err(`the traffic cannot be shown: ${(error as Error).message}\n`)
  }
}

async function untilTheEnd(io: Io, { died }: Marketplace): Promise<void> {
  if (io.signal.aborted) return
  const message = await Promise.race([died, once(io.signal, 'abort').then(() => undefined)])
  if (message === undefined) return
  throw new CommandError(message, {
    hint: 'Start it again with the same command; chats and credentials are kept.',
  })
}
