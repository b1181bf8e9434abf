import { parseScope, resourceKind, type Scope } from '@charsu/protocol/scopes'
import type { Locale } from '../http/page.ts'
import { scopeText } from '../oauth/scope-sentence.ts'
import { loadSubjects, type ScopeSubject, type SubjectDeps } from '../oauth/scope-subjects.ts'
import { type GrantRow, grantsOf } from './grant-store.ts'

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
  /** What the user allows, in the words of the consent page. */
  display: string
  /** What it is about, where the user may see that: a post's title, or who is on the other side. */
  about?: { post_token?: string; conversation_id?: string; title?: string; peer?: string }
}

export async function listGrants(
  deps: SubjectDeps,
  reader: { userId: string; locale: Locale },
): Promise<{ grants: GrantView[] }> {
  const rows = await grantsOf(deps.db, reader.userId)
  return { grants: await Promise.all(rows.map((row) => viewGrant(deps, reader, row))) }
}

async function viewGrant(
  deps: SubjectDeps,
  { userId, locale }: { userId: string; locale: Locale },
  row: GrantRow,
): Promise<GrantView> {
  const scopes = readScopes(row.scopes)
  const subjects = await loadSubjects(deps, { appId: row.app_id, userId }, scopes)
  return {
    id: row.id,
    app: {
      slug: row.slug,
      display_name: row.display_name,
      description: row.description,
      avatar_url: row.avatar_url,
    },
    scopes: scopes.map((scope) => viewScope(scope, subjects.get(scope.canonical), locale)),
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}

/** What was granted under a name that is no longer known stays out of the list: it allows nothing. */
const readScopes = (texts: readonly string[]): Scope[] =>
  texts.flatMap((text) => {
    const read = parseScope(text)
    return read.ok ? [read.scope] : []
  })

function viewScope(scope: Scope, subject: ScopeSubject | undefined, locale: Locale): ScopeView {
  const theirs = subject?.isTheirs ? subject : undefined
  const about = aboutOf(scope, theirs)
  return {
    scope: scope.verbatim,
    name: scope.name,
    display: scopeText(scope, theirs, locale),
    ...(about && { about }),
  }
}

function aboutOf({ name, resource }: Scope, subject: ScopeSubject | undefined): ScopeView['about'] {
  if (resource === undefined || subject === undefined) return undefined
  const { post: title, partner: peer } = subject
  const named = { ...(title !== undefined && { title }), ...(peer !== undefined && { peer }) }
  switch (resourceKind(name)) {
    case 'post_token':
      return { post_token: resource, ...named }
    case 'conversation_id':
      return { conversation_id: resource, ...named }
    default:
      return undefined
  }
}
