import type { Database } from '../db/database.ts'
import { ApiError, invalidArgument } from '../errors.ts'
import { newId } from '../ids.ts'
import {
  type ConversationRow,
  findConversation,
  findConversationOfBuyer,
  findPostForOpening,
  insertPostConversation,
} from './open-conversation-store.ts'

export interface OpenConversationInput {
  postToken: string
  /** Internal id of an existing user. */
  buyerId: string
  /** The id it is to have, a UUID of any version; a new one by default. */
  conversationId?: string | undefined
  /** A post that is not published now is then as unknown as one that is not there: a buyer may not look at it. */
  onlyPublished?: boolean
}

export interface OpenedConversation {
  id: string
  postToken: string
  supplierId: string
  demandId: string
  createdAt: Date
  /** False when it had been opened before. */
  isNew: boolean
}

/**
 * Opens the conversation of a buyer about a post, or finds the one that is there: there is one for each pair, also
 * when several calls open it at once. A conversation that exists stays open when the post's chat is switched off.
 * @throws 404 unknown post, 400 the buyer owns the post, 412 the post's chat is off, 409 the id names another
 * conversation, or this one already has another id.
 */
export async function openConversation(
  db: Database,
  input: OpenConversationInput,
): Promise<OpenedConversation> {
  const id = (input.conversationId ?? newId()).toLowerCase()
  const { onlyPublished = false } = input
  for (let attempt = 1; ; attempt++) {
    const inserted = await insertPostConversation(db, { ...input, conversationId: id, onlyPublished })
    if (inserted) return opened(inserted, true)
    const found = await findOrRefuse(db, { ...input, id, onlyPublished })
    if (found) return opened(found, false)
    if (attempt === MOST_ATTEMPTS) throw comesAndGoes(input.postToken)
  }
}

/** Each is lost to one other call that had opened the conversation, and took it back when its message was refused. */
const MOST_ATTEMPTS = 50

/** What stood in the way of opening it: the conversation, or null where it is gone again. */
async function findOrRefuse(
  db: Database,
  input: OpenConversationInput & { id: string; onlyPublished: boolean },
): Promise<ConversationRow | null> {
  const { id, onlyPublished } = input
  const post = await findPostForOpening(db, input.postToken)
  if (!post) throw unknownPost(input.postToken)
  if (post.owner_id === input.buyerId) throw buyerIsOwner(input.postToken)
  const existing = await findConversationOfBuyer(db, post.id, input.buyerId)
  if (existing) {
    if (input.conversationId === undefined || existing.id === id) return existing
    throw conflict(
      `the conversation of this buyer about the post ${input.postToken} is ${existing.id} already: use that id, or leave conversation_id out`,
      existing.id,
    )
  }
  if (await findConversation(db, id)) {
    throw conflict(
      `the conversation ${id} is about another post or buyer: choose another id, or leave conversation_id out`,
      id,
    )
  }
  if (post.removed || (onlyPublished && !post.published)) throw unknownPost(input.postToken)
  if (post.chat_enabled) return null
  throw new ApiError(
    'FAILED_PRECONDITION',
    `the chat of the post ${input.postToken} is switched off: nobody can open it until the host sets chat_enabled to true`,
    { reason: 'CHAT_DISABLED', metadata: { post_token: input.postToken } },
  )
}

const opened = (row: ConversationRow, isNew: boolean): OpenedConversation => ({
  id: row.id,
  postToken: row.post_token!,
  supplierId: row.supplier_id!,
  demandId: row.demand_id,
  createdAt: row.created_at,
  isNew,
})

const comesAndGoes = (token: string): ApiError =>
  new ApiError('UNAVAILABLE', `the conversation about the post ${token} cannot be opened now: try again`, {
    reason: 'OVERLOADED',
    headers: { 'retry-after': '1' },
  })

const unknownPost = (token: string): ApiError =>
  new ApiError('NOT_FOUND', `there is no post ${token}: check its token`, {
    reason: 'POST_UNKNOWN',
    metadata: { post_token: token },
  })

const buyerIsOwner = (token: string): ApiError =>
  invalidArgument([
    { field: 'post_token', description: `the buyer owns the post ${token}: name a post of somebody else` },
  ])

const conflict = (message: string, conversationId: string): ApiError =>
  new ApiError('ALREADY_EXISTS', message, {
    reason: 'CONVERSATION_EXISTS',
    metadata: { conversation_id: conversationId },
  })
