import { ApiError } from '../errors.ts'

/** One of the two has blocked the other, or the host one of them: which, nobody learns (wire contract §2). */
export const recipientRestricted = (): ApiError =>
  new ApiError('FAILED_PRECONDITION', "message delivery failed due to recipient's restriction", {
    reason: 'RECIPIENT_RESTRICTED',
  })

/** @param instead what to do, such as "send as a participant". */
export const notParticipant = (instead: string): ApiError =>
  new ApiError('PERMISSION_DENIED', `the user takes no part in this conversation: ${instead}`, {
    reason: 'NOT_A_PARTICIPANT',
  })
