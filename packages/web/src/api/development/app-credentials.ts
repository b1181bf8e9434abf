import { queryOptions } from '@tanstack/react-query'
import type { Request } from '../request.ts'
import type { DevelopmentApp, GivenConsent, GrantView } from './development-shapes.ts'

const appPath = (slug: string): string => `/dev/v1/apps/${encodeURIComponent(slug)}`

/** An app of this machine with its credentials; found, not changed. */
export const appQuery = (request: Request, slug: string) =>
  queryOptions({
    queryKey: ['app', slug],
    queryFn: () => request<DevelopmentApp>('PUT', appPath(slug), { body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export interface TokenWanted {
  slug: string
  /** host_id. */
  person: string
  scope: string
}

/** Sooner than a token ends, which lives for an hour. */
const TOKEN_KEPT_MS = 50 * 60_000

/** A token of a person for an app; where they had not given the scope yet they have given it then. */
export const tokenQuery = (request: Request, { slug, person, scope }: TokenWanted) =>
  queryOptions({
    queryKey: ['token', slug, person, scope],
    queryFn: () => giveConsent(request, { slug, person, scopes: [scope] }),
    staleTime: TOKEN_KEPT_MS,
    gcTime: TOKEN_KEPT_MS,
  })

export const giveConsent = (
  request: Request,
  { slug, person, scopes }: { slug: string; person: string; scopes: readonly string[] },
): Promise<GivenConsent> =>
  request<GivenConsent>('POST', `${appPath(slug)}/consents`, { body: { user: person, scopes } })

export const grantsKey = (person: string) => ['grants', person] as const

const LOOKED_AT_MS = 4_000

/** What a person allows apps: looked at regularly, for consents are given and taken back in other windows, too. */
export const grantsQuery = (request: Request, person: string) =>
  queryOptions({
    queryKey: grantsKey(person),
    queryFn: async ({ signal }) => {
      const path = `/dev/as/${encodeURIComponent(person)}/me/v1/grants`
      return (await request<{ grants: GrantView[] }>('GET', path, { signal })).grants
    },
    refetchInterval: LOOKED_AT_MS,
  })
