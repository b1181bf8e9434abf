import type { Readable } from 'node:stream'
import { ApiError } from '../errors.ts'

export interface UploadPace {
  /** Milliseconds without a byte, and for all of it, after which an upload is given up. */
  idleMs: number
  deadlineMs: number
}

const tooSlow = (what: string): ApiError =>
  new ApiError('INVALID_ARGUMENT', `the upload did not arrive in time (${what}): send it again, faster`, {
    http: 408,
    reason: 'UPLOAD_TOO_SLOW',
  })

/**
 * Ends an upload that does not get on: a slot and a file are held for as long as it lasts.
 * @param giveUp called at most once.
 * @returns what ends the watch.
 */
export function watchPace(body: Readable, pace: UploadPace, giveUp: (error: ApiError) => void): () => void {
  const idle = setTimeout(() => giveUp(tooSlow(`${pace.idleMs / 1000} s without a byte`)), pace.idleMs)
  const deadline = setTimeout(
    () => giveUp(tooSlow(`not all of it in ${pace.deadlineMs / 1000} s`)),
    pace.deadlineMs,
  )
  const heard = (): void => void idle.refresh()
  body.on('data', heard)
  return () => {
    body.off('data', heard)
    clearTimeout(idle)
    clearTimeout(deadline)
  }
}
