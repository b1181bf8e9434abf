import { type SeedMessage, seedChat } from './chats.ts'
import { type SeedPerson, seedPerson } from './people.ts'
import { type PlannedPost, type SeedPost, seedPost } from './posts.ts'
import { SeededRandom, seededUuid } from './seeded-random.ts'

export interface SeedSize {
  users: number
  posts: number
  conversations: number
  messages: number
}

export interface SeedConversation {
  conversation_id: string
  post_token: string
  seller: string
  buyer: string
  messages: SeedMessage[]
}

/** A whole small marketplace, the same for the same seed and size; nothing of it is random. */
export interface SeedPlan {
  users(): Generator<SeedPerson>
  posts(): Generator<SeedPost>
  conversations(): Generator<SeedConversation>
}

/**
 * @param size at least two users where there are conversations, and as many posts as make enough pairs of a post and a
 * buyer: {@link mostConversations}.
 */
export function seedPlan(seed: number, size: SeedSize, withPhones: boolean): SeedPlan {
  return {
    *users() {
      for (let i = 0; i < size.users; i++) yield seedPerson(seed, i, withPhones)
    },
    *posts() {
      for (let i = 0; i < size.posts; i++) yield seedPost(seed, i, size.users).post
    },
    *conversations() {
      for (let i = 0; i < size.conversations; i++) yield conversation(seed, i, size)
    },
  }
}

/** One for each post and each person but its owner. */
export const mostConversations = ({ users, posts }: SeedSize): number => posts * Math.max(0, users - 1)

function conversation(seed: number, number: number, size: SeedSize): SeedConversation {
  const post = number % size.posts
  const planned: PlannedPost = seedPost(seed, post, size.users)
  // The first buyer of a post is drawn; every further one is the next person, so that no pair comes twice.
  const first = new SeededRandom(seed, 'buyers', post).below(size.users - 1)
  const turn = (first + Math.floor(number / size.posts)) % (size.users - 1)
  const buyer = seedPerson(seed, (planned.ownerNumber + 1 + turn) % size.users, false)
  const { token, owner } = planned.post
  const share = Math.floor(size.messages / size.conversations)
  const length = share + (number < size.messages % size.conversations ? 1 : 0)
  return {
    conversation_id: seededUuid(seed, 'conversation', token, buyer.host_id),
    post_token: token,
    seller: owner,
    buyer: buyer.host_id,
    messages: seedChat([seed, token, buyer.host_id], planned, length),
  }
}
