import { ApiError } from '../errors.ts'
import { isUuid } from '../ids.ts'

type Mine = 'conversation' | 'message' | 'notice' | 'consent'

/** The same for what is not there and for what is somebody else’s, so that nobody learns what exists. */
export const notYours = (what: Mine, id: string): ApiError =>
  new ApiError('NOT_FOUND', `you have no ${what} ${id}: load the list again`, { reason: 'NOT_FOUND' })

/** An id from a path, in the spelling of the database. @throws the same 404 for what can be no id at all. */
export function pathId(what: Mine, id: string | undefined): string {
  if (id === undefined || !isUuid(id)) throw notYours(what, id ?? '')
  return id.toLowerCase()
}
