import { parseScope } from '@charsu/protocol/scopes'
import type { Locale } from '../http/page.ts'
import { scopeText } from './scope-sentence.ts'
import { loadSubjects, type SubjectDeps } from './scope-subjects.ts'
import { type GrantRow, grantsOfUser } from './store.ts'

/** A standing consent, as the user who gave it sees it. */
export interface GrantView {
  id: string
  app: { slug: string; display_name: string; avatar_url: string | null; development: boolean }
  /** `scope` as the app wrote it; `description` in the user's language, with names isolated for either direction. */
  scopes: { scope: string; description: string }[]
  created_at: Date
  /** Of the latest consent. */
  updated_at: Date
}

/** A user's grants that are alive, the latest first (wire contract §7: users see their grants). */
export async function listGrants(
  deps: SubjectDeps,
  input: { userId: string; locale: Locale },
): Promise<GrantView[]> {
  const grants = await grantsOfUser(deps.db, input.userId)
  return Promise.all(grants.map((grant) => grantView(deps, input, grant)))
}

async function grantView(
  deps: SubjectDeps,
  { userId, locale }: { userId: string; locale: Locale },
  grant: GrantRow,
): Promise<GrantView> {
  const scopes = grant.scopes.flatMap((text) => {
    const parsed = parseScope(text)
    return parsed.ok ? [parsed.scope] : []
  })
  const subjects = await loadSubjects(deps, { appId: grant.app_id, userId }, scopes)
  return {
    id: grant.id,
    app: {
      slug: grant.slug,
      display_name: grant.display_name,
      avatar_url: grant.avatar_url,
      development: grant.development,
    },
    scopes: scopes.map((scope) => ({
      scope: scope.verbatim,
      description: scopeText(scope, subjects.get(scope.canonical), locale),
    })),
    created_at: grant.created_at,
    updated_at: grant.updated_at,
  }
}
