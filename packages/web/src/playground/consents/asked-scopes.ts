import type { Surroundings } from '../../api/development/development-shapes.ts'

/** Scopes whose operations are served, by what they are about (wire contract §1). */
export const ASKABLE = {
  CONVERSATION_SEND_MESSAGE: 'conversation',
  CHAT_CONVERSATION_READ: 'conversation',
  CHAT_POST_CONVERSATIONS_MESSAGE_SEND: 'post',
  CHAT_POST_CONVERSATIONS_READ: 'post',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: 'none',
  CHAT_SUPPLIER_ALL_CONVERSATIONS_READ: 'none',
  CHAT_BOT_USER_MESSAGE_SEND: 'none',
  SEND_EVENT: 'none',
  USER_ID: 'none',
  USER_PHONE: 'none',
  USER_POSTS_GET: 'none',
  NOTIFICATION_ACCESS_REVOCATION: 'none',
  offline_access: 'none',
} as const satisfies Record<string, 'none' | 'post' | 'conversation'>

export type AskableScope = keyof typeof ASKABLE

export const ASKABLE_SCOPES = Object.keys(ASKABLE) as readonly AskableScope[]

/** What of a person's a scope can be about. */
export interface Resource {
  /** A conversation's id or a post's token. */
  id: string
  /** The post's title. */
  title: string
  /** The other side of a conversation. */
  peer: string | null
}

/** Everything of this person's that a scope can be about, in order; none for a scope about the person as such. */
export function resourcesOf(here: Surroundings, person: string, scope: AskableScope): Resource[] {
  const titleOf = (token: string | null): string =>
    here.posts.find((post) => post.token === token)?.title || (token ?? '')
  const nameOf = (hostId: string): string =>
    here.people.find(({ host_id }) => host_id === hostId)?.name ?? hostId
  switch (ASKABLE[scope]) {
    case 'none':
      return []
    case 'post':
      return here.posts
        .filter(({ owner }) => owner === person)
        .map(({ token }) => ({ id: token, title: titleOf(token), peer: null }))
    case 'conversation':
      return here.conversations
        .filter(({ buyer, seller }) => buyer === person || seller === person)
        .map(({ id, post_token, buyer, seller }) => ({
          id,
          title: titleOf(post_token),
          peer: nameOf(buyer === person ? seller : buyer),
        }))
  }
}

/** What is ticked, with the resource chosen for each that needs one. */
export type Asked = Readonly<Partial<Record<AskableScope, string>>>

export interface AskedScope {
  scope: AskableScope
  /** As the app writes it. */
  text: string
  about: Resource | null
}

/**
 * Scopes as an app asks for them, `NAME` or `NAME.RESOURCE`. What needs a resource that this person has none of is left
 * out; a resource that is another person's gives way to their first.
 */
export function askedScopes(here: Surroundings, person: string, asked: Asked): AskedScope[] {
  return ASKABLE_SCOPES.flatMap((scope): AskedScope[] => {
    const chosen = asked[scope]
    if (chosen === undefined) return []
    if (ASKABLE[scope] === 'none') return [{ scope, text: scope, about: null }]
    const resources = resourcesOf(here, person, scope)
    const about = resources.find(({ id }) => id === chosen) ?? resources[0]
    return about ? [{ scope, text: `${scope}.${about.id}`, about }] : []
  })
}

/** The path of the consent page that an app would send a person to, as that person. */
export function consentPath(
  hostId: string,
  app: { slug: string; redirectUri: string },
  scopes: readonly string[],
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: app.slug,
    redirect_uri: app.redirectUri,
    scope: scopes.join(' '),
    state: 'playground',
  })
  return `/dev/as/${encodeURIComponent(hostId)}/oauth2/auth?${query}`
}
