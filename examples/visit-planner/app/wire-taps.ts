import type { App, Interceptor } from '@charsu/sdk'
import { bodyToShow, headersToShow, pathToShow, type WireLog } from './wire-log.ts'

/** Larger ones are no matter for a log, and are not held twice. */
const MAX_LOGGED_BYTES = 1024 * 1024

/** Tells of each call of the app to the platform. */
export const callsLogged =
  (log: WireLog): Interceptor =>
  async (request, next) => {
    const asked = request.clone()
    const response = await next(request)
    await tell(log, 'sent', asked, response.clone())
    return response
  }

type Served = Pick<App, 'fetch' | 'renew'>

/** Tells of each request to the app. */
export const requestsLogged = (app: Served, log: WireLog): Served => ({
  async fetch(request) {
    const asked = hasBodyToShow(request) ? request.clone() : new Request(request.url, headOf(request))
    const response = await app.fetch(request)
    await tell(log, 'received', asked, response.clone())
    return response
  },
  renew: () => app.renew(),
})

const headOf = ({ method, headers }: Request) => ({ method, headers })

function hasBodyToShow({ headers }: Request): boolean {
  const length = headers.get('content-length')
  return length !== null && Number(length) <= MAX_LOGGED_BYTES
}

async function tell(
  log: WireLog,
  way: 'sent' | 'received',
  request: Request,
  response: Response,
): Promise<void> {
  const { pathname, search } = new URL(request.url)
  log({
    way,
    method: request.method,
    path: pathToShow(pathname + search),
    headers: headersToShow(request.headers),
    body: bodyToShow(await request.text(), request.headers.get('content-type')),
    status: response.status,
    answer: bodyToShow(await response.text(), response.headers.get('content-type')),
  })
}
