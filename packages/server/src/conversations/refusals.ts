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

/** Found out in the transaction itself: what nodes remember of credentials may be a moment old. */
export const credentialRevoked = (): ApiError =>
  new ApiError(
    'UNAUTHENTICATED',
    'the API key or the user’s consent was revoked a moment ago: ask for consent again at /oauth2/auth',
    { reason: 'CREDENTIAL_REVOKED' },
  )
