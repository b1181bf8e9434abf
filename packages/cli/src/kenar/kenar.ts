import { browserCommand } from './browser-command.ts'
import { makeAuthority } from './certificate-authority.ts'
import { openFrontDoor } from './front-door.ts'
import { kenarEnvironment } from './kenar-environment.ts'
import { KENAR_HOSTS } from './kenar-hosts.ts'
import { localOrigins } from './local-origins.ts'
import { startProxy } from './proxy.ts'
import { writeTrustFiles } from './trust-files.ts'
import type { Dial } from './tunnel.ts'
import { dialAsBefore } from './upstream-proxy.ts'

export interface KenarInput {
  /** Charsu's origin. */
  charsuUrl: string
  /** Where the app listens on this machine. */
  appPort: number
  /** Origin that the app believes to have, such as `https://app.example.ir`; absent: its address on this machine. */
  publicUrl?: string | undefined
  /** What the app finds in Host. */
  hostHeader?: string | undefined
  /** The environment that the app would have without us. */
  env: Readonly<Record<string, string | undefined>>
  /** How hosts of others are reached; absent: as this environment says. */
  dial?: Dial
}

/** All that makes this machine look like Kenar to one app. */
export interface Kenar extends AsyncDisposable {
  /** Origin of the front door, by which browsers and Charsu reach the app. */
  frontUrl: string
  proxyUrl: string
  /** Variables for the app's process. */
  environment: Record<string, string>
  /** An address of the app's own, a path or a URL, as Charsu is to know it. */
  address(given: string): string
  /** How to open a browser that goes through the proxy. */
  browser: string
  close(): Promise<void>
}

/** Where the front door is, unless something else is there. */
export const FRONT_PORT = 4480

/** Starts proxy and front door; everything is gone again when it is closed. */
export async function startKenar(input: KenarInput): Promise<Kenar> {
  await using undo = new AsyncDisposableStack()
  const { charsuUrl, appPort, publicUrl, hostHeader, env } = input
  const authority = await makeAuthority(KENAR_HOSTS, Date.now())
  const trust = undo.use(await writeTrustFiles(authority.certificate, env))
  const front = undo.use(
    await openFrontDoor({
      port: FRONT_PORT,
      appPort,
      publicUrl,
      hostHeader,
      origins: (frontUrl) => localOrigins({ charsuUrl, frontUrl, appPort, publicUrl }),
    }),
  )
  const proxy = undo.use(
    await startProxy({
      charsuUrl,
      server: authority.server,
      ownOrigins: front.origins.own,
      dial: input.dial ?? dialAsBefore(env),
    }),
  )
  const parts = undo.move()
  const close = (): Promise<void> => parts.disposeAsync()
  return {
    frontUrl: front.url,
    proxyUrl: proxy.url,
    environment: kenarEnvironment({ proxyUrl: proxy.url, trust, given: env }),
    address: (given) => front.origins.address(given),
    browser: browserCommand({
      proxyPort: proxy.port,
      serverKeyHash: authority.serverKeyHash,
      folder: trust.folder,
      url: front.url,
    }),
    close,
    [Symbol.asyncDispose]: close,
  }
}
