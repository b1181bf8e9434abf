import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { AppsDeps } from '../apps/change-app.ts'
import type { Clock } from '../clock.ts'
import { invalidArgument } from '../errors.ts'
import { type Route, route, shownOnce } from '../http/route.ts'
import { giveConsent } from '../oauth/give-consent.ts'
import type { SubjectDeps } from '../oauth/scope-subjects.ts'
import { findClient } from '../oauth/store.ts'
import { expireTokens } from './expire-tokens.ts'
import { requireAppId, requireUserId, unknownApp } from './found-here.ts'

export interface ConsentRouteDeps extends AppsDeps, SubjectDeps {
  clock: Clock
}

const consentBody = parser(
  Type.Object({
    user: Type.String({ description: 'host_id of the person who gives it' }),
    scopes: Type.Array(Type.String(), { description: 'as in an authorization request' }),
  }),
)

const whoseBody = parser(
  Type.Object({
    user: Type.Optional(Type.String({ description: 'host_id; everybody’s when absent' })),
  }),
)

export const ConsentView = Type.Object({
  grant_id: Type.String(),
  access_token: Type.String(),
  refresh_token: Type.Union([Type.String(), Type.Null()], { description: 'null without offline_access' }),
  expires_in: Type.Integer({ description: 'seconds' }),
  scopes: Type.Array(Type.String()),
})
export type ConsentView = Type.Static<typeof ConsentView>

/** Consents without the way through a browser, and what becomes of their tokens. */
export const consentRoutes = (deps: ConsentRouteDeps): Route[] => [
  route({
    method: 'POST',
    path: '/dev/v1/apps/:slug/consents',
    operation: 'Development_GiveConsent',
    summary: 'Allow an app as a person what it asks for, under the rules of the consent page',
    caller: 'local',
    body: consentBody,
    answer: ConsentView,
    handle: async ({ params: { slug = '' }, body }) => {
      const client = await findClient(deps.db, slug)
      if (!client) throw unknownApp(slug)
      const userId = await requireUserId(deps.db, body.user)
      const consenting = { ...deps, authenticator: deps.credentials }
      const given = await giveConsent(consenting, { client, userId, scopes: body.scopes })
      if (!given.ok) throw invalidArgument([{ field: 'scopes', description: given.fault.description }])
      const { grantId, accessToken, refreshToken, expiresIn, scopes } = given.consent
      return shownOnce({
        grant_id: grantId,
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: expiresIn,
        scopes,
      })
    },
  }),
  route({
    method: 'POST',
    path: '/dev/v1/apps/:slug/tokens/expire',
    operation: 'Development_ExpireTokens',
    summary: 'End an app’s access tokens now; refresh tokens go on working',
    caller: 'local',
    body: whoseBody,
    answer: Type.Object({ expired: Type.Integer() }),
    handle: async ({ params: { slug = '' }, body: { user } }) => {
      const appId = await requireAppId(deps.db, slug)
      const userId = user === undefined ? undefined : await requireUserId(deps.db, user)
      return { expired: await expireTokens(deps, { appId, userId }) }
    },
  }),
]
