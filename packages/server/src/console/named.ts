import type { UserCaller } from '../access/callers.ts'
import type { OwnApp } from '../apps/own-app.ts'

/** The app that a developer names in the path. */
export const named = (caller: UserCaller, params: Readonly<Record<string, string>>): OwnApp => ({
  developerId: caller.userId,
  slug: params.slug ?? '',
})
