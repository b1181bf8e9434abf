import { freePort } from '@charsu/server/db/free-port'
import { wrongUse } from '../command-error.ts'
import { isPortFree } from './port-state.ts'

const USUAL_PORT = 3000
const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])

export interface AppPlace {
  /** Where the app listens, or will: an origin, or with a path, without a trailing slash. */
  url: string
  /** Said when it is not where it usually is. */
  note?: string
}

/**
 * Where the app listens: at the address that was given, else on PORT of the environment, else on 3000, or where that is
 * taken on a free port.
 * @param isStarted whether the app is about to be started, so that nobody should listen there yet.
 * @throws CommandError when the address is none.
 */
export async function appPlace(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isStarted: boolean,
): Promise<AppPlace> {
  const chosen = given === undefined ? portOf(env.PORT?.trim()) : checked(given)
  if (chosen === undefined) return await usualPlace()
  const { hostname, port } = new URL(chosen)
  const isTaken = isStarted && LOCAL.has(hostname) && port !== '' && !(await isPortFree(Number(port)))
  if (!isTaken) return { url: chosen }
  return {
    url: chosen,
    note: `something listens on port ${port} already; if your app cannot, choose another with --app http://localhost:<port>`,
  }
}

async function usualPlace(): Promise<AppPlace> {
  if (await isPortFree(USUAL_PORT)) return { url: `http://localhost:${USUAL_PORT}` }
  const port = await freePort()
  return {
    url: `http://localhost:${port}`,
    note: `port ${USUAL_PORT} is taken, so PORT is ${port}; choose another with --app http://localhost:<port>`,
  }
}

const portOf = (text: string | undefined): string | undefined =>
  text && /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535
    ? `http://localhost:${text}`
    : undefined

function checked(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '')
  }
  throw wrongUse(
    `--app ${JSON.stringify(text)} is no address of an app`,
    'Write where it listens, such as --app http://localhost:3000.',
  )
}
