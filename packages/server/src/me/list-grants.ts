import { parseScope, SCOPES, type Scope } from '@charsu/protocol/scopes'
import type { Database } from '../db/database.ts'
import { type GrantRow, grantsOf, namesOfSubjects, type ScopeSubjects } from './grant-store.ts'

/** An app that the user gave consent to, and what it may do (wire contract §7). */
export interface GrantView {
  id: string
  app: { slug: string; display_name: string; description: string; avatar_url: string | null }
  scopes: ScopeView[]
  created_at: string
  updated_at: string
}

export interface ScopeView {
  /** As it was granted. */
  scope: string
  name: string
  /** What the user allows, in English, to follow "allow the app to". */
  display: string
  /** What it is about, where the user may see that: a post's title, or who is on the other side. */
  about?: { post_token?: string; conversation_id?: string; title: string; peer?: string }
}

const DISPLAY = new Map(SCOPES.map(({ slug, display }) => [slug, display]))

export async function listGrants(db: Database, userId: string): Promise<{ grants: GrantView[] }> {
  const grants = (await grantsOf(db, userId)).map((row) => ({ row, scopes: readScopes(row.scopes) }))
  const resources = grants.flatMap(({ scopes }) => scopes.flatMap(({ resource }) => resource ?? []))
  const subjects = await namesOfSubjects(db, userId, {
    postTokens: resources.filter((resource) => !resource.includes('-')),
    conversationIds: resources.filter((resource) => /^[0-9a-f-]{36}$/.test(resource)),
  })
  return { grants: grants.map(({ row, scopes }) => viewGrant(row, scopes, subjects)) }
}

/** What was granted under a name that is no longer known stays out of the list: it allows nothing. */
const readScopes = (texts: readonly string[]): Scope[] =>
  texts.flatMap((text) => {
    const read = parseScope(text)
    return read.ok ? [read.scope] : []
  })

const viewGrant = (row: GrantRow, scopes: readonly Scope[], subjects: ScopeSubjects): GrantView => ({
  id: row.id,
  app: {
    slug: row.slug,
    display_name: row.display_name,
    description: row.description,
    avatar_url: row.avatar_url,
  },
  scopes: scopes.map((scope) => viewScope(scope, subjects)),
  created_at: row.created_at,
  updated_at: row.updated_at,
})

function viewScope({ verbatim, name, resource }: Scope, subjects: ScopeSubjects): ScopeView {
  const about = resource === undefined ? undefined : subjectOf(resource, subjects)
  return {
    scope: verbatim,
    name,
    display: DISPLAY.get(name.toUpperCase()) ?? name,
    ...(about && { about }),
  }
}

function subjectOf(resource: string, { posts, conversations }: ScopeSubjects): ScopeView['about'] {
  const conversation = conversations.get(resource)
  if (conversation) return { conversation_id: resource, ...conversation }
  const title = posts.get(resource)
  return title === undefined ? undefined : { post_token: resource, title }
}
