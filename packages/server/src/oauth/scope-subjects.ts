import { parseChatPeers } from '@charsu/protocol/chat-peers'
import { type ResourceKind, resourceKind, type Scope } from '@charsu/protocol/scopes'
import type { AppUserIds } from '../access/app-user-ids.ts'
import type { Database } from '../db/database.ts'
import {
  type AppSubject,
  appSubjects,
  type ConversationSubject,
  conversationSubjects,
  type PostSubject,
  postSubjects,
  userNames,
} from './subject-store.ts'

/** What one scope is about, from one user's side. */
export interface ScopeSubject {
  /** Whether this user may give it; a scope without a resource always is. */
  isTheirs: boolean
  /** Whether it is about a post that is no development post: then it is not a development app's to ask for. */
  onRealPost?: boolean
  /** Names for the sentence that describes it; empty where nothing is known. */
  partner?: string
  post?: string
  bot?: string
  app?: string
}

export interface SubjectDeps {
  db: Database
  userIds: AppUserIds
}

interface Viewer {
  appId: string
  userId: string
}

interface Found {
  conversations: Map<string, ConversationSubject>
  posts: Map<string, PostSubject>
  apps: Map<string, AppSubject>
  names: Map<string, string>
}

const NOTHING: ScopeSubject = { isTheirs: false }

/** The subject of each scope, by its canonical text; a handful of queries however many scopes there are. */
export async function loadSubjects(
  deps: SubjectDeps,
  viewer: Viewer,
  scopes: readonly Scope[],
): Promise<Map<string, ScopeSubject>> {
  const resources = (kind: ResourceKind): string[] =>
    scopes.flatMap(({ name, resource }) => (resource && resourceKind(name) === kind ? [resource] : []))
  const peers = resources('chat_peers').flatMap((text) => parseChatPeers(text) ?? [])
  const peerIds = peers.flatMap(({ peerId }) => deps.userIds.toUserId(viewer.appId, peerId) ?? [])
  const [conversations, posts, apps, names] = await Promise.all([
    conversationSubjects(deps.db, resources('conversation_id')),
    postSubjects(deps.db, [...resources('post_token'), ...peers.map(({ postToken }) => postToken)]),
    appSubjects(deps.db, resources('app_slug')),
    userNames(deps.db, peerIds),
  ])
  const found: Found = {
    conversations: new Map(conversations.map((row) => [row.id, row])),
    posts: new Map(posts.map((row) => [row.token, row])),
    apps: new Map(apps.map((row) => [row.slug, row])),
    names,
  }
  return new Map(scopes.map((scope) => [scope.canonical, subjectOf(deps, viewer, scope, found)]))
}

function subjectOf(deps: SubjectDeps, viewer: Viewer, scope: Scope, found: Found): ScopeSubject {
  const resource = scope.resource ?? ''
  switch (resourceKind(scope.name)) {
    case 'none':
      return { isTheirs: true }
    case 'conversation_id':
      return aboutConversation(viewer, found.conversations.get(resource))
    case 'post_token': {
      const post = found.posts.get(resource)
      if (!post) return NOTHING
      return {
        isTheirs: post.ownerId === viewer.userId,
        onRealPost: !post.development,
        post: post.title || post.token,
      }
    }
    case 'chat_peers':
      return aboutPeers(deps, viewer, resource, found)
    case 'app_slug': {
      const app = found.apps.get(resource)
      return app ? { isTheirs: app.ownerId === viewer.userId, app: app.name } : NOTHING
    }
    case 'business_token':
      // This marketplace knows no businesses, so none is the user's.
      return NOTHING
  }
}

function aboutConversation({ userId }: Viewer, conversation: ConversationSubject | undefined): ScopeSubject {
  if (!conversation) return NOTHING
  const { supplierId, demandId } = conversation
  const isTheirs = userId === supplierId || userId === demandId
  if (conversation.type === 'BOT') return { isTheirs, bot: conversation.botName ?? '' }
  return {
    isTheirs,
    onRealPost: conversation.onDevelopmentPost !== true,
    partner: (userId === supplierId ? conversation.demandName : conversation.supplierName) ?? '',
    post: conversation.postTitle || (conversation.postToken ?? ''),
  }
}

/** The user writes to the peer about a post of one of the two. */
function aboutPeers(deps: SubjectDeps, viewer: Viewer, resource: string, found: Found): ScopeSubject {
  const peers = parseChatPeers(resource)
  const post = peers && found.posts.get(peers.postToken)
  if (!peers || !post) return NOTHING
  const userId = deps.userIds.toUserId(viewer.appId, peers.userId)
  const peerId = deps.userIds.toUserId(viewer.appId, peers.peerId)
  if (peerId === null || !found.names.has(peerId)) return NOTHING
  const isOfOne = post.ownerId === viewer.userId || post.ownerId === peerId
  return {
    isTheirs: userId === viewer.userId && peerId !== viewer.userId && isOfOne,
    onRealPost: !post.development,
    partner: found.names.get(peerId) ?? '',
    post: post.title || post.token,
  }
}

const RULES = {
  none: '',
  conversation_id: 'must be a conversation that the user takes part in',
  post_token: "must be the user's own post",
  chat_peers:
    'must be base64 of user_id:post_token:peer_id, where user_id is the id under which this app knows the user who gives consent, and the post belongs to one of the two',
  business_token: 'must be a business of the user, and this marketplace has none',
  app_slug: "must be the user's own app",
} as const satisfies Record<ResourceKind, string>

/** One message for each scope whose resource is not the user's to give; whether it exists stays unsaid. */
export const foreignScopes = (
  scopes: readonly Scope[],
  subjects: ReadonlyMap<string, ScopeSubject>,
): string[] =>
  scopes
    .filter((scope) => !subjects.get(scope.canonical)?.isTheirs)
    .map((scope) => `${scope.verbatim}: the resource ${RULES[resourceKind(scope.name)]}`)

/**
 * One message for each scope that a development app may not hold, because it acts on development posts only (wire
 * contract §12). Asked of scopes whose resources are the user's.
 */
export const scopesOnRealPosts = (
  app: { slug: string; development: boolean },
  scopes: readonly Scope[],
  subjects: ReadonlyMap<string, ScopeSubject>,
): string[] =>
  scopes
    .filter((scope) => app.development && subjects.get(scope.canonical)?.onRealPost)
    .map(
      (scope) =>
        `${scope.verbatim}: the app ${app.slug} is in development, so it may ask for development posts only; make one in the console, or have the app approved`,
    )
