import { isDatabaseAway, lostRace, tookTooLong, waitedForLock } from '../db/database-failure.ts'
import { ApiError } from '../errors.ts'
import { BODY_LIMIT_BYTES } from './read-body.ts'

interface FrameworkError {
  code?: string
  statusCode?: number
}

const FRAMEWORK_ERRORS: ReadonlyMap<unknown, (bodyLimit: number) => ApiError> = new Map(
  Object.entries({
    FST_ERR_CTP_BODY_TOO_LARGE: (bodyLimit: number) =>
      new ApiError('INVALID_ARGUMENT', `the body is too large: at most ${bodyLimit} bytes are accepted`, {
        http: 413,
        reason: 'BODY_TOO_LARGE',
      }),
    FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
      new ApiError('INVALID_ARGUMENT', 'this Content-Type is not understood: send application/json', {
        http: 415,
        reason: 'CONTENT_TYPE_NOT_SUPPORTED',
      }),
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
      new ApiError('INVALID_ARGUMENT', 'the body’s size does not match its Content-Length: send all of it', {
        reason: 'CONTENT_LENGTH_WRONG',
      }),
    FST_ERR_BAD_URL: () =>
      new ApiError('INVALID_ARGUMENT', 'the path holds a broken percent-encoding: encode each % as %25', {
        reason: 'PATH_MALFORMED',
      }),
    FST_ERR_MAX_PARAM_LENGTH: () =>
      new ApiError('INVALID_ARGUMENT', 'a part of the path is too long: no id has so many characters', {
        http: 414,
        reason: 'PATH_TOO_LONG',
      }),
    FST_ERR_ASYNC_CONSTRAINT: () =>
      new ApiError('NOT_FOUND', 'there is nothing at this path: see /docs for what is served', {
        reason: 'NOT_FOUND',
      }),
  }),
)

/** Raised for a row about a person who has been deleted (db/migrations/0014_user_deletion.sql). */
const OF_THE_DELETED = 'CH001'

/** PostgreSQL's codes for text or JSON that it cannot keep: bad input that got past the body guard. */
const BAD_DATA = new Set(['22021', '22P05', '22P02', '22003', '22007', '22008', '54000', '54001'])

/**
 * Any thrown value to the one error a caller may see (wire contract §0). What is not ours becomes code 13 with the
 * request's id and nothing else.
 */
export function toApiError(
  thrown: unknown,
  requestId: string,
  bodyLimit: number = BODY_LIMIT_BYTES,
): ApiError {
  if (thrown instanceof ApiError) return thrown
  const { code = '', statusCode = 500 } = (
    typeof thrown === 'object' && thrown !== null ? thrown : {}
  ) as FrameworkError
  const known = FRAMEWORK_ERRORS.get(code)
  if (known) return known(bodyLimit)
  if (code === OF_THE_DELETED) {
    return new ApiError(
      'FAILED_PRECONDITION',
      'the person whom this is about has been deleted: nothing can be done for them any more',
      { reason: 'USER_DELETED' },
    )
  }
  if (BAD_DATA.has(code)) {
    return new ApiError(
      'INVALID_ARGUMENT',
      'a value cannot be stored: remove NUL characters and broken Unicode',
      {
        reason: 'VALUE_NOT_STORABLE',
        cause: thrown,
      },
    )
  }
  // The framework's own, and a client that went away in the middle of its request.
  if (statusCode >= 400 && statusCode < 500) {
    return new ApiError(
      'INVALID_ARGUMENT',
      'the request breaks a rule of HTTP, or ended in the middle: send it again, all of it',
      {
        http: statusCode,
        reason: 'MALFORMED',
      },
    )
  }
  if (isDatabaseAway(thrown)) {
    return new ApiError(
      'UNAVAILABLE',
      `the service cannot reach its database just now: try again (${requestId})`,
      {
        reason: 'DATABASE_UNAVAILABLE',
        headers: { 'retry-after': '1' },
        cause: thrown,
      },
    )
  }
  if (waitedForLock(thrown) || lostRace(thrown) || tookTooLong(thrown)) {
    return new ApiError('UNAVAILABLE', `the database is busy just now: try again (${requestId})`, {
      reason: 'DATABASE_BUSY',
      headers: { 'retry-after': '1' },
      cause: thrown,
    })
  }
  return new ApiError('INTERNAL', `something went wrong on our side; quote this request id: ${requestId}`, {
    reason: 'INTERNAL',
    metadata: { request_id: requestId },
    cause: thrown,
  })
}
