import type { Database } from '../db/database.ts'
import { postPageUrl, readPageTemplates } from '../marketplace/page-templates.ts'
import { type Effect, failure } from './click-result.ts'
import { loadPostOwner } from './store.ts'

export interface HostPage {
  page: 'post_url' | 'post_manage_url'
  postToken: string
  userId: string
}

/** A page of the marketplace itself (wire contract §3); the management page only for the post’s owner. */
export async function openHostPage(db: Database, { page, postToken, userId }: HostPage): Promise<Effect> {
  const owner = await loadPostOwner(db, postToken)
  if (owner === null) {
    return failure(
      'POST_UNKNOWN',
      `there is no post ${postToken}: use the token of a post of this marketplace`,
    )
  }
  if (page === 'post_manage_url' && owner !== userId) {
    return failure(
      'NOT_POST_OWNER',
      'open_post_manage_page works for the post’s owner: offer it to them alone',
    )
  }
  const openUrl = postPageUrl(await readPageTemplates(db), page, postToken)
  if (openUrl) return { openUrl }
  return failure(
    'NO_PAGE_TEMPLATE',
    `the marketplace has not set its page template ${page}: ask its operator`,
  )
}
