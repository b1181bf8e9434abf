import type { Say } from '../../i18n/use-words.ts'
import type { attachWords } from '../attach/words.ts'
import { EXPIRED, type Refusal } from '../state/outgoing.ts'
import type { chatWords } from '../words.ts'

/** Why a message was not taken, in the reader's language. */
export function refusalWords(say: Say<(typeof chatWords)['en']>, refusal: Refusal | null): string {
  if (refusal?.reason === EXPIRED.reason) return say('failed.expired')
  if (refusal?.reason === 'RECIPIENT_RESTRICTED' || refusal?.status === 412) return say('failed.restricted')
  if (refusal?.status === 404) return say('failed.notFound')
  if (refusal?.status === 413) return say('failed.tooLong')
  return say('failed.wrong', { message: refusal?.message ?? '' })
}

const MEDIA = [
  'MEDIA_TOO_LARGE',
  'MEDIA_TYPE_WRONG',
  'MEDIA_EMPTY',
  'MEDIA_CUT_OFF',
  'MEDIA_BROKEN',
  'MEDIA_TOO_MANY_PIXELS',
  'TOO_MUCH_WAITING',
  'NO_ANSWER',
] as const

/** Why a file was not taken; null where it was the message that was not. */
export function mediaRefusalWords(
  say: Say<(typeof attachWords)['en']>,
  refusal: Refusal | null,
): string | null {
  const reason = MEDIA.find((each) => each === refusal?.reason)
  return reason ? say(`refused.${reason}`) : null
}
