import type { Scope } from '@charsu/protocol/scopes'
import type { Authenticator } from '../access/authenticator.ts'
import type { UserCaller } from '../access/callers.ts'
import { MAX_RETURN_PATH } from '../access/return-path.ts'
import type { HelpUrl } from '../errors.ts'
import { type Reader, readerOf } from '../http/reader.ts'
import type { ErrorRequest, HttpAnswer } from '../http/route.ts'
import { sessionOf } from '../http/session-of.ts'
import { loginNotSetUp } from '../marketplace/login-page.ts'
import { type LoginRedirectDeps, loginRedirect } from '../marketplace/login-redirect.ts'
import { frameFault, type ProofKey, readAuthorizeQuery, readProofKey } from './authorize-query.ts'
import { consentPage } from './consent-page.ts'
import type { ConsentTickets } from './consent-ticket.ts'
import { redirectWithFault, type WayBack } from './redirect-back.ts'
import { requestTooLong, unknownApp, unknownRedirectUri } from './refusal-pages.ts'
import { readRequestedScopes, refused } from './requested-scopes.ts'
import { foreignScopes, loadSubjects, type SubjectDeps, scopesOnRealPosts } from './scope-subjects.ts'
import { findClient, type OAuthClient } from './store.ts'

export interface AuthorizeDeps extends SubjectDeps, LoginRedirectDeps {
  authenticator: Pick<Authenticator, 'session'>
  tickets: ConsentTickets
  helpUrl: HelpUrl
}

/**
 * The start of a consent (wire contract §7). What concerns the app or its redirect URI is shown here, because the
 * way back cannot be trusted; every other fault goes back to the app. Then the user logs in, the resources are
 * checked, and only then the user is asked.
 */
export async function authorize(
  deps: AuthorizeDeps,
  request: ErrorRequest & { url: string },
): Promise<HttpAnswer> {
  const { url } = request
  const stranger = readerOf(request)
  if (url.length > MAX_RETURN_PATH) return requestTooLong(stranger, MAX_RETURN_PATH)
  const query = readAuthorizeQuery(url)
  const { client_id: slug = '', redirect_uri: redirectUri = '' } = query.values
  const client = await findClient(deps.db, slug)
  if (!client) return unknownApp(stranger, slug)
  if (!client.redirectUris.includes(redirectUri)) return unknownRedirectUri(stranger, client, redirectUri)

  const way: WayBack = { redirectUri, rawState: query.rawState }
  const fault = frameFault(query)
  if (fault) return redirectWithFault(way, fault, deps.helpUrl)
  const proof = readProofKey(query)
  if (!proof.ok) return redirectWithFault(way, proof.fault, deps.helpUrl)

  const requested = readRequestedScopes(query.values.scope, client)
  if (!requested.ok) return redirectWithFault(way, requested.fault, deps.helpUrl)

  const user = await sessionOf(deps.authenticator, request)
  if (!user) return (await loginRedirect(deps, url)) ?? loginNotSetUp(stranger)
  return ask(deps, user, {
    ...way,
    reader: readerOf(request, user),
    client,
    scopes: requested.scopes,
    proofKey: proof.proofKey,
  })
}

interface Asked extends WayBack {
  reader: Reader
  client: OAuthClient
  scopes: readonly Scope[]
  proofKey: ProofKey | null
}

async function ask(deps: AuthorizeDeps, user: UserCaller, asked: Asked): Promise<HttpAnswer> {
  const { reader, client, redirectUri, rawState, scopes, proofKey } = asked
  const subjects = await loadSubjects(deps, { appId: client.id, userId: user.userId }, scopes)
  const foreign = foreignScopes(scopes, subjects)
  if (foreign.length > 0) return redirectWithFault(asked, refused(foreign).fault, deps.helpUrl)
  const real = scopesOnRealPosts(client, scopes, subjects)
  if (real.length > 0) return redirectWithFault(asked, refused(real).fault, deps.helpUrl)
  const ticket = deps.tickets.issue({
    userId: user.userId,
    clientId: client.slug,
    redirectUri,
    rawState,
    scopes: scopes.map((scope) => scope.verbatim),
    proofKey,
  })
  return consentPage({
    reader,
    app: client,
    userName: user.name,
    scopes,
    subjects,
    redirectUri,
    ticket,
  })
}
