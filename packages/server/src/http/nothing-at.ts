import { ApiError } from '../errors.ts'

/** Most characters of a path that are repeated to whoever asked for it. */
const MAX_ECHO_LENGTH = 200

/** As `GET /somewhere`: what was asked for, as far as it is repeated. */
export const operationAt = ({ method, url }: { method: string; url: string }): string =>
  `${method} ${(url.split('?', 1)[0] ?? '/').slice(0, MAX_ECHO_LENGTH)}`

export const nothingAt = (request: { method: string; url: string }): ApiError =>
  new ApiError('NOT_FOUND', `there is nothing at ${operationAt(request)}: see /docs for what is served`, {
    reason: 'NOT_FOUND',
  })
