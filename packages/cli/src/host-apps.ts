import { didYouMean } from '@charsu/protocol/nearest'
import { CommandError } from './command-error.ts'
import type { HostClient } from './host-client.ts'

export interface AskedName {
  name: string
  approved: boolean
}

export interface CallLimit {
  /** Null for none. */
  limit: number | null
  is_default: boolean
  /** Null without a limit. */
  used: number | null
  resets_at: string
}

/** An app as the host API answers it (docs/host-api.md). */
export interface HostApp {
  slug: string
  display_name: string
  description: string
  owner: string
  development: boolean
  scopes: AskedName[]
  permissions: AskedName[]
  submitted_at: string | null
  created_at: string
  limits: { per_minute: CallLimit; per_day: CallLimit }
}

export interface HostKey {
  id: string
  name: string
  hint: string
  permissions: string[]
  created_at: string
  revoked_at: string | null
}

export async function allApps(client: HostClient): Promise<HostApp[]> {
  const apps: HostApp[] = []
  for (;;) {
    const after = apps.at(-1)?.slug
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
    const page = await client.call<{ apps: HostApp[]; has_more: boolean }>('GET', `/apps${query}`)
    apps.push(...page.apps)
    if (!page.has_more || page.apps.length === 0) return apps
  }
}

/** @throws CommandError with the nearest slug when there is none of this name. */
export async function requireApp(client: HostClient, slug: string): Promise<HostApp> {
  const apps = await allApps(client)
  const app = apps.find((each) => each.slug === slug)
  if (app) return app
  const nearest = didYouMean(
    slug,
    apps.map((each) => each.slug),
  )
  throw new CommandError(`there is no app ${JSON.stringify(slug)}.${nearest}`, {
    hint: 'charsu apps list shows all of them.',
  })
}

export const appPath = (slug: string, rest = ''): string => `/apps/${encodeURIComponent(slug)}${rest}`
