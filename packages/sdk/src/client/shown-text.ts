/** Most characters of somebody else's text in an error. */
const MAX_SHOWN = 800

/** A secret shorter than this is no secret, and leaving it out would leave out half of every sentence. */
const SHORTEST_SECRET = 6

// What a terminal or a log would act on: control characters, and those that turn the direction of what follows.
const UNSHOWN = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(0x1f)}${String.fromCharCode(0x7f)}-${String.fromCharCode(0x9f)}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff]+`,
  'g',
)

/**
 * Somebody else's text as it may stand in an error: in one line, without control characters, cut to a readable length,
 * and without any of the secrets that went with the call.
 */
export function shownText(text: string, secrets: readonly string[] = [], max = MAX_SHOWN): string {
  const whole = withoutSecrets(text, secrets)
    // It may be megabytes.
    .slice(0, max * 4)
    .toWellFormed()
    .replace(UNSHOWN, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  const characters = [...whole]
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : whole
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) shown = shown.replaceAll(secret, '[secret]')
  }
  return shown
}

/** `text` as a sentence: with a full stop, if it ends without any mark. */
export const sentence = (text: string): string => (/[.!?…:]$/.test(text) ? text : `${text}.`)
