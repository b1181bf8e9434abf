import type { JsonObject } from '@charsu/protocol/json-object'
import type { Locale } from '../http/page.ts'
import { WORDS } from './bot-words.ts'
import { proposeTimes, timeInWords } from './visit-times.ts'

/** What its buttons carry, and come back with. */
export type BotData =
  | { do: 'pick'; time: string; language: Locale }
  | { do: 'another'; language: Locale }
  | { do: 'hello'; language: Locale }
  | { do: 'visits'; language: Locale }
  | { do: 'about'; language: Locale }

const DOINGS: ReadonlySet<unknown> = new Set(['pick', 'another', 'hello', 'visits', 'about'])

/** The data of a click on one of its own buttons; null for what it never sent. */
export function readBotData(data: JsonObject): BotData | null {
  const { do: doing, language, time } = data
  if (!DOINGS.has(doing) || (language !== 'fa' && language !== 'en')) return null
  if (doing === 'pick' && (typeof time !== 'string' || Number.isNaN(Date.parse(time)))) return null
  return data as BotData
}

type Button = {
  caption: string
  icon: string
  action: { get_dynamic_action: { data: BotData } } | { open_server_link: { data: BotData } }
}
type Rows = { rows: { buttons: Button[] }[] }

/** A message of wire contract §2: one text, and each side's own buttons. */
export interface TwoFaces {
  type: 'TEXT'
  message: string
  sender_buttons: Rows
  receiver_buttons: Rows
}

const ask = (caption: string, icon: string, data: BotData): Button => ({
  caption,
  icon,
  action: { get_dynamic_action: { data } },
})

const open = (caption: string, icon: string, data: BotData): Button => ({
  caption,
  icon,
  action: { open_server_link: { data } },
})

/** The bot speaks as the seller: the sender's buttons are the seller's, the receiver's the buyer's. */
const faces = (language: Locale, message: string, buyer: Button[]): TwoFaces => ({
  type: 'TEXT',
  message,
  sender_buttons: {
    rows: [{ buttons: [open(WORDS[language].allVisits, 'EVENT_NOTE', { do: 'visits', language })] }],
  },
  receiver_buttons: { rows: buyer.map((button) => ({ buttons: [button] })) },
})

const timeButtons = (language: Locale, times: readonly string[]): Button[] =>
  times.map((time) => ask(timeInWords(time, language), 'CLOCK', { do: 'pick', time, language }))

/** @param booked the time that the buyer has chosen already, as ISO 8601. */
export function offerMessage(language: Locale, now: number, booked: string | null): TwoFaces {
  const words = WORDS[language]
  const text = booked === null ? words.offer : words.booked(timeInWords(booked, language))
  return faces(language, text, timeButtons(language, proposeTimes(now)))
}

export const otherTimesMessage = (language: Locale, now: number): TwoFaces =>
  faces(language, WORDS[language].offerAgain, timeButtons(language, proposeTimes(now, true)))

export const settledMessage = (language: Locale, time: string): TwoFaces =>
  faces(language, WORDS[language].settled(timeInWords(time, language)), [
    ask(WORDS[language].another, 'CALENDAR_TEXT', { do: 'another', language }),
  ])

/** What a touchpoint sends first: where the person comes from, and the post that they came from, if it was one. */
const START = /^\/start(?:\s+(?:MY_POST|DEMAND_POST)\s+(\S+))?/

/** What the chatbot answers, `/start` of a touchpoint included. */
export function chatbotMessage(language: Locale, text: string): Record<string, unknown> {
  const words = WORDS[language]
  const start = START.exec(text)
  const said = start ? (start[1] ? words.chatbotStart(start[1]) : words.chatbot) : words.chatbotAgain
  return {
    type: 'TEXT',
    text_message: said,
    buttons: {
      rows: [
        {
          buttons: [
            ask(words.hello, 'HELP_OUTLINE', { do: 'hello', language }),
            open(words.about, 'EVENT_NOTE', { do: 'about', language }),
          ],
        },
      ],
    },
  }
}

/** A notice on the post, for its seller. */
export const bookedNotice = (language: Locale, postToken: string, time: string): Record<string, unknown> => ({
  message: WORDS[language].notice(timeInWords(time, language)),
  target_type: 'POST',
  target_resource_id: postToken,
  primary_button: {
    title: WORDS[language].allVisits,
    action: { open_server_link: { data: { do: 'visits', language } satisfies BotData } },
  },
})
