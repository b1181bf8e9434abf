import type { HostClient } from '../host-client.ts'
import type { SeedConversation, SeedPlan } from './plan.ts'

/** What was done so far. */
export interface SeedProgress {
  users: number
  posts: number
  conversations: number
  messages: number
  /** Messages that were there from before. */
  there: number
}

type Host = Pick<HostClient, 'call'>

const MOST_OF_A_CALL = 1_000
const CHATS_AT_ONCE = 8

/**
 * Writes the plan by the host API. What is there already stays, and a chat goes on where it ends: so it may be stopped
 * at any moment and run again.
 */
export async function runSeed(
  host: Host,
  plan: SeedPlan,
  { progress, signal }: { progress: SeedProgress; signal: AbortSignal },
): Promise<void> {
  for (const users of pages(plan.users())) {
    signal.throwIfAborted()
    await host.call('POST', '/users', { users })
    progress.users += users.length
  }
  for (const posts of pages(plan.posts())) {
    signal.throwIfAborted()
    await host.call('POST', '/posts', { posts })
    progress.posts += posts.length
  }
  const conversations = plan.conversations()
  const worker = async (): Promise<void> => {
    for (let next = conversations.next(); !next.done; next = conversations.next()) {
      await chat(host, next.value, { progress, signal })
    }
  }
  await Promise.all(Array.from({ length: CHATS_AT_ONCE }, worker))
}

async function chat(
  host: Host,
  { conversation_id, post_token, seller, buyer, messages }: SeedConversation,
  { progress, signal }: { progress: SeedProgress; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted()
  const opened = await host.call<{ conversation_id: string }>('POST', '/conversations', {
    conversation_id,
    post_token,
    buyer,
  })
  progress.conversations++
  const path = `/conversations/${opened.conversation_id}/messages`
  const { messages: last } = await host.call<{ messages: { sequence: number }[] }>('GET', `${path}?limit=1`)
  const there = last.at(-1)?.sequence ?? 0
  progress.there += Math.min(there, messages.length)
  for (const [i, { by, text }] of messages.entries()) {
    if (i < there) continue
    signal.throwIfAborted()
    const sender = by === 'buyer' ? buyer : seller
    await host.call('POST', path, { sender, text }, { 'idempotency-key': `seed ${conversation_id} ${i}` })
    progress.messages++
  }
}

function* pages<T>(items: Iterable<T>): Generator<T[]> {
  let page: T[] = []
  for (const item of items) {
    page.push(item)
    if (page.length < MOST_OF_A_CALL) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
