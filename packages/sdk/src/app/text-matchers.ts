import { POST_TOKEN } from '@charsu/protocol/identifiers'
import { didYouMean } from '@charsu/protocol/nearest'
import { quoted } from '@charsu/protocol/text-length'
import { UsageError } from './app-errors.ts'

/** Where a chatbot was started from (wire contract §9). */
export type StartPlace = 'MY_POST' | 'MY_DIVAR' | 'DIVAR_PRO' | 'CHAT' | 'DEMAND_POST'

export const START_PLACES = ['MY_POST', 'MY_DIVAR', 'DIVAR_PRO', 'CHAT', 'DEMAND_POST'] as const

/** What `app.hears` listens for. */
export type Heard = string | RegExp

/**
 * Finds a text: a string is the whole of it, apart from white space around, a regular expression may be any part.
 * @throws UsageError for what is neither.
 */
export function textMatcher(heard: Heard): (text: string) => RegExpMatchArray | null {
  if (heard instanceof RegExp) {
    // A position kept between texts would skip the beginning of the next one.
    const pattern = new RegExp(heard.source, heard.flags.replace(/[gy]/g, ''))
    return (text) => text.match(pattern)
  }
  if (typeof heard !== 'string' || heard.trim() === '') {
    throw new UsageError(
      'app.hears() needs something to listen for',
      'write app.hears(/visit/i, …) or app.hears("Hello", …)',
    )
  }
  const whole = heard.trim()
  return (text) => (text.trim() === whole ? text.match(/\S[\s\S]*\S|\S/) : null)
}

/**
 * Finds `/name` at a text's beginning, and gives what stands behind it.
 * @throws UsageError for a name that cannot be written so.
 */
export function commandMatcher(name: string): (text: string) => string | undefined {
  if (typeof name !== 'string' || !/^[^\s/]{1,64}$/u.test(name)) {
    throw new UsageError(
      `app.command(${quoted(String(name))}): a command is one word without a slash`,
      'write app.command("help", …) for "/help"',
    )
  }
  const wanted = `/${name}`.toLowerCase()
  return (text) => {
    const [, word = '', rest = ''] = /^\s*(\S+)(?:\s+([\s\S]*))?$/u.exec(text) ?? []
    return word.toLowerCase() === wanted ? rest.trim() : undefined
  }
}

/** A start, with what came along. */
export interface Start {
  place: StartPlace | undefined
  postToken: string | undefined
  chatConversationId: string | undefined
  rest: string
}

/** @throws UsageError for a place that is none. */
export function startMatcher(place: string | undefined): (text: string) => Start | undefined {
  if (place !== undefined && !START_PLACES.some((each) => each === place)) {
    throw new UsageError(
      `app.start(${quoted(place)}): there is no such place.${didYouMean(place, START_PLACES)}`,
      `write one of ${START_PLACES.join(', ')}, or app.start(…) for all of them`,
    )
  }
  const command = commandMatcher('start')
  return (text) => {
    const rest = command(text)
    const start = rest === undefined ? undefined : readStart(rest)
    return start !== undefined && (place === undefined || start.place === place) ? start : undefined
  }
}

/** What stands behind `/start`; people can write it too, so only what is well formed counts as a place. */
function readStart(rest: string): Start {
  const [word = '', about] = rest.split(/\s+/)
  const place = START_PLACES.find((each) => each === word)
  const plain = { place: undefined, postToken: undefined, chatConversationId: undefined, rest }
  switch (place) {
    case 'MY_POST':
    case 'DEMAND_POST':
      return about !== undefined && POST_TOKEN.test(about) ? { ...plain, place, postToken: about } : plain
    case 'CHAT':
      return about === undefined ? plain : { ...plain, place, chatConversationId: about }
    case 'MY_DIVAR':
    case 'DIVAR_PRO':
      return { ...plain, place }
    case undefined:
      return plain
  }
}
