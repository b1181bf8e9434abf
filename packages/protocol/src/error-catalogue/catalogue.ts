import { CODES, type CodeName } from '../errors.ts'
import { CHAT_ERRORS } from './chat-errors.ts'
import { CLICK_ENTRIES } from './click-errors.ts'
import { CREDENTIAL_ERRORS } from './credential-errors.ts'
import { ATTEMPT_ENTRIES, DELIVERY_ENTRIES, DISABLED_ENTRIES, REPLAY_ENTRIES } from './delivery-reasons.ts'
import { DEVELOPMENT_ERRORS } from './development-errors.ts'
import type { Answers, ErrorEntry } from './entry.ts'
import { MARKETPLACE_ERRORS } from './marketplace-errors.ts'
import { MEDIA_ERRORS } from './media-errors.ts'
import { OAUTH_ENTRIES } from './oauth-errors.ts'
import { REQUEST_ERRORS } from './request-errors.ts'
import { SIGNATURE_ENTRIES } from './signature-verdicts.ts'
import { SNAPSHOT_ERRORS } from './snapshot-errors.ts'

const ANSWERS = {
  ...CREDENTIAL_ERRORS,
  ...REQUEST_ERRORS,
  ...CHAT_ERRORS,
  ...MARKETPLACE_ERRORS,
  ...MEDIA_ERRORS,
  ...DEVELOPMENT_ERRORS,
  ...SNAPSHOT_ERRORS,
} as const satisfies Answers

/** Every reason that an answer's google.rpc.ErrorInfo may hold (wire contract §0). */
export type AnswerReason = keyof typeof ANSWERS

/** The reasons that go with a code, so that an error cannot carry one that its code contradicts. */
export type ReasonOf<C extends CodeName> = {
  [R in AnswerReason]: (typeof ANSWERS)[R]['code'] extends C ? R : never
}[AnswerReason]

/** Why a click failed, as the console says it (wire contract §3). */
export type ClickReason = keyof typeof CLICK_ENTRIES

/** Why a delivery is dead or cancelled. */
export type DeliveryReason = keyof typeof DELIVERY_ENTRIES

/** Why an events URL was disabled. */
export type DisabledReason = keyof typeof DISABLED_ENTRIES

/** At which stage a call to an app failed, before there was an answer. */
export type CallStage = Exclude<keyof typeof ATTEMPT_ENTRIES, 'NOT_2XX'>

/** Where a reason is met. */
export type Surface =
  | 'answer'
  | 'oauth'
  | 'click'
  | 'delivery'
  | 'events URL'
  | 'replay'
  | 'attempt'
  | 'signature'

/** One reason as it is met in one place. */
export interface CatalogueEntry extends ErrorEntry {
  reason: string
  surface: Surface
  /** Of answers alone. */
  code: CodeName | null
  /** HTTP status of the answer that carries it; null where it comes in none. */
  http: number | null
}

/** One name with all that it means: a few reasons are met in more than one place. Names differ in more than case. */
export interface NamedErrors {
  name: string
  entries: readonly [CatalogueEntry, ...CatalogueEntry[]]
}

type Given = ErrorEntry & { code?: CodeName; http?: number }

const on = (surface: Surface, given: Readonly<Record<string, Given>>): CatalogueEntry[] =>
  Object.entries(given).map(([reason, { code, http, ...entry }]) => ({
    reason,
    surface,
    code: code ?? null,
    http: http ?? (code ? CODES[code].http : null),
    ...entry,
  }))

/** All entries, answers first, in the order of their files. */
export const ERROR_CATALOGUE: readonly CatalogueEntry[] = [
  ...on('answer', ANSWERS),
  ...on('oauth', OAUTH_ENTRIES),
  ...on('click', CLICK_ENTRIES),
  ...on('delivery', DELIVERY_ENTRIES),
  ...on('attempt', ATTEMPT_ENTRIES),
  ...on('events URL', DISABLED_ENTRIES),
  ...on('replay', REPLAY_ENTRIES),
  ...on('signature', SIGNATURE_ENTRIES),
]

const BY_NAME: ReadonlyMap<string, NamedErrors> = byName()

function byName(): Map<string, NamedErrors> {
  const named = new Map<string, NamedErrors>()
  for (const entry of ERROR_CATALOGUE) {
    const key = entry.reason.toUpperCase()
    const known = named.get(key)
    named.set(
      key,
      known ? { ...known, entries: [...known.entries, entry] } : { name: entry.reason, entries: [entry] },
    )
  }
  return named
}

/** Each name once, in the catalogue's order. */
export const namedErrors = (): NamedErrors[] => [...BY_NAME.values()]

/** What a reason means, wherever it is met; case does not matter. Undefined for what is no reason of Charsu. */
export const findError = (reason: string): NamedErrors | undefined => BY_NAME.get(reason.toUpperCase())

/** The entry of a reason that an answer of the API carried; undefined for what no answer carries. */
export const answerEntry = (reason: string): CatalogueEntry | undefined =>
  findError(reason)?.entries.find((entry) => entry.surface === 'answer' && entry.reason === reason)
