import { MESSAGE_TYPES } from './chat-message.ts'
import { didYouMean } from './nearest.ts'
import type { Report } from './parse.ts'
import { codePoints, isLongerThan, quoted } from './text-length.ts'

/** Most characters (Unicode code points) of a message's text (wire contract §2). */
export const MAX_MESSAGE_LENGTH = 4096

/** What an app's message says: a text, or an uploaded file under its token. */
export type MessageInput =
  | { text: string }
  | {
      mediaToken: string
      /** As the app gave it: it has to be the file's. */
      type?: string
    }

/** Far above any token of ours. */
const MAX_MEDIA_TOKEN_LENGTH = 255

/**
 * Reads text or media of a message (wire contract §2 and §9): one of them, and a `type` that is absent or fits.
 * @param textField the member that holds the text: `message`, or `text_message` of chatbots.
 */
export function readMessageInput(
  body: Readonly<Record<string, unknown>>,
  textField: string,
  report: Report,
): MessageInput {
  const text = body[textField] ?? ''
  const mediaToken = body.media_token ?? ''
  const type = typeof body.type === 'string' && body.type !== '' ? body.type : undefined
  const known = type === undefined || MESSAGE_TYPES.some((each) => each === type)
  if (!known)
    report(
      'type',
      `is ${quoted(type)}, but must be absent or TEXT, or beside a media_token the file's type.${didYouMean(type, MESSAGE_TYPES)}`,
    )
  if (typeof mediaToken === 'string' && mediaToken !== '') {
    if (typeof text === 'string' && text !== '') {
      report(
        'media_token',
        `stands beside ${textField}; send either a text or a file, each as a message of its own`,
      )
    }
    if (type === 'TEXT') report('type', "is TEXT beside a media_token; leave it out, or give the file's type")
    if (mediaToken.length > MAX_MEDIA_TOKEN_LENGTH) {
      report('media_token', 'is longer than any token; take the id that the upload answered')
    }
    return type === undefined ? { mediaToken } : { mediaToken, type }
  }
  if (known && type !== undefined && type !== 'TEXT') {
    report(
      'type',
      `is ${type}, which needs a media_token; upload the file first, or leave type out for a text`,
    )
  }
  return { text: typeof text === 'string' ? checkText(text, textField, report) : '' }
}

/** Reports a text that is empty, white space alone, or longer than {@link MAX_MESSAGE_LENGTH}; gives it back. */
export function checkText(text: string, field: string, report: Report): string {
  if (text.trim() === '') {
    report(field, `is required; send a text of 1 to ${MAX_MESSAGE_LENGTH} characters that is not white space`)
  } else if (isLongerThan(text, MAX_MESSAGE_LENGTH)) {
    report(field, `must have at most ${MAX_MESSAGE_LENGTH} characters, but has ${codePoints(text)}`)
  }
  return text
}
