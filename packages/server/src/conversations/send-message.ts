import type { Pool } from 'pg'
import type { Clock } from '../clock.ts'
import { GroupCommit } from '../db/group-commit.ts'
import type { BornLease } from '../delivery/born-lease.ts'
import type { FreeSlots } from '../delivery/slots.ts'
import { ApiError } from '../errors.ts'
import { newId } from '../ids.ts'
import { findLockedConversations } from './locked-conversations.ts'
import { credentialRevoked, notParticipant, recipientRestricted } from './refusals.ts'
import { type OutgoingMessage, SEND_STATUS, type SendAck, sendBatch } from './send-batch.ts'

/** The dispatcher as the send path needs it. */
export interface DeliveryIntake {
  nodeId: string
  leaseSeconds: number
  freeSlots(): FreeSlots
  /** `leasedAt`: monotonic milliseconds from before the send, so that no lease seems longer than it is. */
  accept(leases: readonly BornLease[], leasedAt: number): void
}

/** Told after the commit that these conversations have something new. */
export interface Viewers {
  wake(conversationIds: readonly string[]): void
}

export interface SenderDeps {
  pool: Pool
  clock: Clock
  deliveries: DeliveryIntake
  viewers: Viewers
  onCommit?: (messages: number) => void
  /** Told of each message that was sent, also of one that an earlier call with the same idempotency key had sent. */
  onSent?: ((sent: { id: string; traceparent: string | null }) => void) | undefined
}

export interface SentMessage {
  id: string
  sequence: number
  /** Microseconds since 1970. */
  sentAtMicroseconds: number
  /** False when an earlier call with the same idempotency key had sent it. */
  isNew: boolean
}

export type UnsentMessage = Omit<OutgoingMessage, 'id'>

const MAX_BATCH = 256
const MAX_WAIT_MS = 2_000
/** Well below what a person notices, and time enough for a few dozen messages to share a commit. */
const GATHER_MS = 5

const overloaded = (): ApiError =>
  new ApiError('UNAVAILABLE', 'too many messages are waiting to be stored: try again in a second', {
    reason: 'OVERLOADED',
    headers: { 'retry-after': '1' },
  })

const conversationLocked = (id: string): ApiError =>
  new ApiError(
    'UNAVAILABLE',
    `the conversation ${id} is held by another transaction of the database: try again in a second`,
    { reason: 'CONVERSATION_LOCKED', headers: { 'retry-after': '1' } },
  )

/** Accepts messages, durably and in order: when `send` resolves, the message and its deliveries are committed. */
export class MessageSender {
  readonly #commits: GroupCommit<OutgoingMessage, SendAck>
  readonly #onSent: SenderDeps['onSent']

  constructor({ pool, clock, deliveries, viewers, onCommit, onSent }: SenderDeps) {
    this.#onSent = onSent
    this.#commits = new GroupCommit({
      commit: async (batch) => {
        const { nodeId, leaseSeconds } = deliveries
        const leasedAt = clock.monotonic()
        const { acks, leases } = await sendBatch(pool, batch, {
          id: nodeId,
          leaseSeconds,
          slots: deliveries.freeSlots(),
        })
        deliveries.accept(leases, leasedAt)
        viewers.wake(batch.map((message) => message.conversationId))
        return acks
      },
      conflictKey: ({ idempotency, app, senderId }) =>
        idempotency && `${app?.appId ?? senderId} ${idempotency.keyHash.toString('base64')}`,
      lockKey: ({ conversationId }) => conversationId,
      findLocked: (ids) => findLockedConversations(pool, ids),
      overloaded,
      locked: ({ conversationId }) => conversationLocked(conversationId),
      clock,
      maxBatch: MAX_BATCH,
      maxWaitMs: MAX_WAIT_MS,
      gatherMs: GATHER_MS,
      ...(onCommit && { onCommit }),
    })
  }

  /**
   * @param id of the message, a new UUID; whoever ties something to it beforehand chooses it.
   * @throws 404 unknown conversation, 403 not a participant, 412 code 9 blocked or blacklisted, 409 idempotency key
   * used with another request, 401 credential revoked meanwhile, 503 overloaded or the conversation is locked
   * (wire contract §2).
   */
  async send(message: UnsentMessage, id = newId()): Promise<SentMessage> {
    const ack = await this.#commits.submit({ ...message, id })
    if (ack.status === SEND_STATUS.sent || ack.status === SEND_STATUS.sentBefore) {
      this.#onSent?.({ id: ack.messageId, traceparent: message.traceparent })
      return {
        id: ack.messageId,
        sequence: ack.sequence,
        sentAtMicroseconds: ack.sentAtMicroseconds,
        isNew: ack.status === SEND_STATUS.sent,
      }
    }
    throw refusal(ack.status, message)
  }

  /** Resolves when no accepted send is waiting for its commit. */
  idle(): Promise<void> {
    return this.#commits.idle()
  }
}

function refusal(status: number, message: UnsentMessage): ApiError {
  switch (status) {
    case SEND_STATUS.unknownConversation:
      return unknownConversation(message.conversationId)
    case SEND_STATUS.notParticipant:
      return notParticipant(
        message.app
          ? 'send as a participant; into a conversation of the app’s chatbot send by /v1/open-platform/chat/bot/conversations/{conversation_id}/messages'
          : 'send as a participant',
      )
    case SEND_STATUS.restricted:
      return recipientRestricted()
    case SEND_STATUS.keyConflict:
      return new ApiError(
        'ALREADY_EXISTS',
        'this Idempotency-Key was used with another request in the last 24 hours: use a new key for a new message',
        { reason: 'IDEMPOTENCY_KEY_REUSED' },
      )
    case SEND_STATUS.credentialGone:
      return credentialRevoked()
    default:
      return new ApiError(
        'INTERNAL',
        'the message could not be sent, by a fault of ours: send it again with the same Idempotency-Key',
        {
          reason: 'INTERNAL',
          cause: { status },
        },
      )
  }
}

export const unknownConversation = (id: string): ApiError =>
  new ApiError(
    'NOT_FOUND',
    `there is no conversation ${id}: take its id from an event or a session initialization`,
    {
      reason: 'CONVERSATION_UNKNOWN',
    },
  )
