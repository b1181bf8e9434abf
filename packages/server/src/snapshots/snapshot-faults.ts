import { ApiError } from '../errors.ts'

export const unknownSnapshot = (name: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no snapshot ${JSON.stringify(name)}: GET /dev/v1/snapshots lists them`,
    {
      reason: 'SNAPSHOT_UNKNOWN',
    },
  )

export const snapshotExists = (name: string): ApiError =>
  new ApiError(
    'ALREADY_EXISTS',
    `there is a snapshot ${JSON.stringify(name)} already: choose another name, or send "replace": true`,
    { reason: 'SNAPSHOT_EXISTS' },
  )

/** @param why what is wrong with the file, as the rest of a sentence that begins with "the snapshot". */
export const unusable = (why: string, cause?: unknown): ApiError =>
  new ApiError('FAILED_PRECONDITION', `the snapshot ${why}. Nothing was changed.`, {
    reason: 'SNAPSHOT_UNUSABLE',
    cause,
  })

export const busy = (why: string): ApiError =>
  new ApiError('UNAVAILABLE', `${why}: try again when it is done. Nothing was changed.`, {
    reason: 'SNAPSHOT_BUSY',
    headers: { 'retry-after': '2' },
  })

export const notPossible = (why: string, cause?: unknown): ApiError =>
  new ApiError('FAILED_PRECONDITION', why, { reason: 'SNAPSHOT_NOT_POSSIBLE', cause })
