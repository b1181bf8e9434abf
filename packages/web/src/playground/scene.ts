import type {
  ConversationHere,
  PersonHere,
  PostHere,
  Surroundings,
} from '../api/development/development-shapes.ts'

/** One conversation with all that takes part in it. */
export interface Scene {
  conversation: ConversationHere
  buyer: PersonHere
  seller: PersonHere
  /** Null when the conversation's post is not among those listed. */
  post: PostHere | null
}

export type Side = 'buyer' | 'seller'

const DEMO_APP = 'demo-bot'

const person = (here: Surroundings, hostId: string): PersonHere =>
  here.people.find(({ host_id }) => host_id === hostId) ?? {
    host_id: hostId,
    name: hostId,
    locale: 'en',
    developer: false,
    operator: false,
  }

export function sceneOf(here: Surroundings, conversation: ConversationHere): Scene {
  return {
    conversation,
    buyer: person(here, conversation.buyer),
    seller: person(here, conversation.seller),
    post: here.posts.find(({ token }) => token === conversation.post_token) ?? null,
  }
}

/** The conversation that is asked for, else the first; null where there is none. */
export function chosenScene(here: Surroundings, asked: string | null): Scene | null {
  const chosen = here.conversations.find(({ id }) => id === asked) ?? here.conversations[0]
  return chosen ? sceneOf(here, chosen) : null
}

/** The app that is asked for, else the bundled one, else the first; null where there is none. */
export const chosenApp = ({ apps }: Surroundings, asked: string | null): string | null =>
  apps.find((slug) => slug === asked) ?? apps.find((slug) => slug === DEMO_APP) ?? apps[0] ?? null

export interface PostScenes {
  /** Its title, or its token where it has none. */
  title: string
  token: string
  scenes: Scene[]
}

/** Conversations by their post, in the order in which they began. */
export function scenesByPost(here: Surroundings): PostScenes[] {
  const groups = Map.groupBy(here.conversations, ({ post_token }) => post_token ?? '')
  return [...groups].map(([token, conversations]) => {
    const scenes = conversations.map((conversation) => sceneOf(here, conversation))
    return { token, title: scenes[0]?.post?.title || token, scenes }
  })
}
