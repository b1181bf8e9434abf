import type { JsonObject } from '@charsu/protocol/json-object'
import type { Scope } from '@charsu/protocol/scopes'
import type { SubscriptionRequest } from '@charsu/protocol/subscription'
import type { Grant, GrantStore } from '../stores/grant-store.ts'
import { foreignScope, readScopes } from './authorize.ts'
import { BedError } from './bed-error.ts'
import type { KnownApp } from './bed-settings.ts'
import { addToConsent, issueTokens } from './grants.ts'
import { OAuthFault } from './oauth-fault.ts'
import { subscribe } from './operations/events.ts'
import type { User, World } from './world.ts'

export interface AllowOptions {
  /** Whether the app is subscribed to the messages and posts that it may hear of; it is by default. */
  subscribe?: boolean
  /** Comes with the events of these subscriptions; by default what the SDK's `App` subscribes with. */
  metadata?: JsonObject
}

/** What a person allowed. */
export interface Allowed {
  /** Of the grant in `settings.grants`. */
  grantId: string
  userId: string
  scopes: string[]
  accessToken: string
  /** With the scope offline_access. */
  refreshToken?: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** What OAuth would end in, without its way. @throws BedError for scopes that OAuth would refuse. */
export async function allow(
  { world, known, grants }: { world: World; known: KnownApp; grants: GrantStore },
  user: User,
  wanted: readonly string[],
  options: AllowOptions,
): Promise<Allowed> {
  const scopes = readAllowed(world, user, wanted)
  const verbatim = scopes.map((scope) => scope.verbatim)
  const consent = addToConsent(world, user.id, verbatim)
  const { access, refresh } = issueTokens(world, { consent, granted: verbatim, code: null })
  const grant: Grant = {
    id: world.ids.uuid(),
    ...(access.scopes.has('USER_ID') && { userId: user.id }),
    scopes: verbatim,
    accessToken: access.secret,
    ...(refresh && { refreshToken: refresh.secret }),
    expiresAt: access.expiresAt,
    side: sideOf(world, user, scopes),
    version: 0,
  }
  await grants.save(grant)
  if ((options.subscribe ?? true) && known.eventsUrl !== null) {
    const usual = {
      ...(grant.userId !== undefined && { charsu_user_id: grant.userId }),
      charsu_grant_id: grant.id,
    }
    for (const request of subscriptionsTo(scopes, options.metadata ?? usual))
      subscribe(world, access, request)
  }
  const { id: grantId, accessToken, expiresAt } = grant
  return {
    grantId,
    userId: user.id,
    scopes: verbatim,
    accessToken,
    ...(refresh && { refreshToken: refresh.secret }),
    expiresAt,
  }
}

function readAllowed(world: World, user: User, wanted: readonly string[]): Scope[] {
  let scopes: Scope[]
  try {
    scopes = readScopes(wanted.join(' '))
  } catch (error) {
    if (!(error instanceof OAuthFault)) throw error
    throw new BedError(`${user.name} cannot allow this: ${error.message}`)
  }
  const foreign = scopes.flatMap((scope) => foreignScope(world, user, scope) ?? [])
  if (foreign.length === 0) return scopes
  throw new BedError(`${user.name} cannot allow this: ${foreign.join('; ')}`)
}

/** Which side of the chats in question the person is on. */
function sideOf(world: World, { id }: User, scopes: readonly Scope[]): Grant['side'] {
  for (const { name, resource = '' } of scopes) {
    const conversation = world.conversations.get(resource)
    if (conversation?.type === 'POST') return conversation.supplierId === id ? 'seller' : 'buyer'
    if (name.startsWith('CHAT_POST_') || name.startsWith('CHAT_SUPPLIER_')) return 'seller'
  }
  return undefined
}

function subscriptionsTo(scopes: readonly Scope[], metadata: JsonObject): SubscriptionRequest[] {
  const names = new Set(scopes.map(({ name }) => name))
  const isToAll = names.has('CHAT_SUPPLIER_ALL_CONVERSATIONS_READ')
  const ofPosts = scopes.filter(({ name }) => name === 'CHAT_POST_CONVERSATIONS_READ' && !isToAll)
  return [
    // One to all beside one to a post would tell of each message twice.
    ...(isToAll ? [{ eventType: 'NEW_MESSAGE_ON_POST' as const, metadata }] : []),
    ...ofPosts.flatMap(({ resource: resourceId }) =>
      resourceId === undefined ? [] : [{ eventType: 'NEW_MESSAGE_ON_POST' as const, resourceId, metadata }],
    ),
    ...(names.has('USER_POSTS_GET') ? [{ eventType: 'POST_UPDATE' as const, metadata }] : []),
  ]
}
