import type { Message, MessageBody } from '../../api/person/message-shapes.ts'

export type MediaKind = 'image' | 'video' | 'voice' | 'file'

/** A file on its way, as its own bubble shows it. */
export interface OutgoingMedia {
  kind: MediaKind
  name: string
  size_bytes: number
  /** Of this page alone; gone after a reload. */
  preview_url: string | null
  width_px: number | null
  height_px: number | null
}

/** Why a message was not taken, kept as plain data so that it survives a reload. */
export interface Refusal {
  status: number
  reason: string
  message: string
}

/**
 * `uploading`: its file is on its way. `waiting`: to be sent, or sent again. `sending`: asked, no answer yet.
 * `failed`: refused; the person decides. `sent`: stored; kept until the list shows it.
 */
export type OutgoingState = 'uploading' | 'waiting' | 'sending' | 'failed' | 'sent'

/** A message that this person wrote on this page and that is not in the list yet. */
export interface Outgoing {
  /** Its Idempotency-Key: however often it is sent, it is one message. */
  key: string
  conversation_id: string
  /** Which side wrote it: with the conversation it says who, so that nobody else sends it after logging in here. */
  side: 'SUPPLY' | 'DEMAND' | null
  written_at: string
  /** Of the last message that was known then: what it becomes comes later. */
  after_sequence: number
  /** Null while its file is being uploaded. */
  body: MessageBody | null
  media: OutgoingMedia | null
  state: OutgoingState
  /** Share of the file that has arrived, 0 to 1. */
  progress: number
  refusal: Refusal | null
  /** Milliseconds since 1970 before which the server wants no other try; null for at any time. */
  not_before: number | null
  /** How often it was asked for. */
  attempts: number
  /** The message that it became, or that is taken for it until the answer tells. */
  message_id: string | null
}

export type OutboxStep =
  | { kind: 'written' | 'changed'; entry: Outgoing }
  | { kind: 'restored'; entries: readonly Outgoing[] }
  | { kind: 'progress'; key: string; progress: number }
  | { kind: 'uploaded'; key: string; mediaToken: string }
  | { kind: 'sending'; key: string }
  | { kind: 'sent'; key: string; message: Message }
  | { kind: 'postponed'; key: string; notBefore: number | null }
  | { kind: 'refused'; key: string; refusal: Refusal }
  | { kind: 'retried'; key: string }
  | { kind: 'discarded'; key: string }

/** After so long the server does not know the key any more, so that sending again could send twice. */
export const KEY_LIFE_MS = 23 * 3_600_000

export const EXPIRED: Refusal = { status: 0, reason: 'KEY_EXPIRED', message: '' }

type Outbox = readonly Outgoing[]

export function stepOutbox(outbox: Outbox, step: OutboxStep): Outbox {
  switch (step.kind) {
    case 'written':
      return [...outbox, step.entry]
    case 'restored': {
      const known = new Set(outbox.map(({ key }) => key))
      return [...step.entries.filter(({ key }) => !known.has(key)), ...outbox]
    }
    case 'changed':
      return outbox.map((entry) => (entry.key === step.entry.key ? step.entry : entry))
    case 'discarded':
      return outbox.filter(({ key }) => key !== step.key)
    default:
      return outbox.map((entry) => (entry.key === step.key ? stepEntry(entry, step) : entry))
  }
}

function stepEntry(
  entry: Outgoing,
  step: Exclude<OutboxStep, { kind: 'written' | 'restored' | 'changed' | 'discarded' }>,
): Outgoing {
  switch (step.kind) {
    case 'progress':
      return { ...entry, progress: step.progress }
    case 'uploaded':
      return { ...entry, state: 'waiting', progress: 1, body: { media_token: step.mediaToken } }
    case 'sending':
      return { ...entry, state: 'sending', attempts: entry.attempts + 1, not_before: null, refusal: null }
    case 'sent':
      return { ...entry, state: 'sent', message_id: step.message.id }
    case 'postponed':
      return { ...entry, state: 'waiting', not_before: step.notBefore }
    case 'refused':
      return { ...entry, state: 'failed', refusal: step.refusal, message_id: null }
    case 'retried':
      return { ...entry, state: entry.body ? 'waiting' : 'uploading', refusal: null, not_before: null }
  }
}

/**
 * A message of mine came by the stream, or with a page, before the answer to its sending: the first entry that says the same and was
 * asked for is taken for it, so that it is not seen twice. The answer puts it right where this was a mistake.
 */
export function pairUp(outbox: Outbox, message: Message): Outbox {
  if (!message.mine || message.app) return outbox
  if (outbox.some((entry) => entry.message_id === message.id)) return outbox
  const match = outbox.find(
    (entry) =>
      entry.conversation_id === message.conversation_id &&
      entry.attempts > 0 &&
      entry.message_id === null &&
      message.sequence > entry.after_sequence &&
      (entry.state === 'sending' || entry.state === 'waiting') &&
      saysTheSame(entry, message),
  )
  if (!match) return outbox
  return outbox.map((entry) => (entry === match ? { ...entry, message_id: message.id } : entry))
}

const MEDIA_TYPE = { image: 'IMAGE', video: 'VIDEO', voice: 'VOICE', file: 'FILE' } as const

function saysTheSame({ body, media }: Outgoing, message: Message): boolean {
  if (body === null) return false
  if ('text' in body) return message.text === body.text
  if ('media_token' in body) return media !== null && message.type === MEDIA_TYPE[media.kind]
  if ('location' in body) {
    const { latitude, longitude } = message.location_data ?? {}
    return latitude === body.location.latitude && longitude === body.location.longitude
  }
  return message.contact_data?.phone === body.contact.phone
}
