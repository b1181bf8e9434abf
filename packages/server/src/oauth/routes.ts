import { TokenAnswer } from '@charsu/protocol/oauth'
import { OlderTokenAnswer, olderTokenParser } from '@charsu/protocol/older-token'
import { type Parser, parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { errorPage } from '../http/page.ts'
import { type Route, route } from '../http/route.ts'
import { type AnswerConsentDeps, answerConsent } from './answer-consent.ts'
import { type AuthorizeDeps, authorize } from './authorize.ts'
import { exchangeOlderCode } from './exchange-older-code.ts'
import { type ExchangeTokenDeps, exchangeToken } from './exchange-token.ts'
import { oauthErrorOf } from './oauth-error.ts'
import { type RevokeTokenDeps, revokeToken } from './revoke-token.ts'

export type OAuthDeps = AuthorizeDeps & AnswerConsentDeps & ExchangeTokenDeps & RevokeTokenDeps

const consentAnswer = parser(
  Type.Object({ ticket: Type.String({ maxLength: 32_768 }), decision: Type.String({ maxLength: 10 }) }),
)

/** Any JSON: what is wrong with it is said in OAuth's own form. */
const anything: Parser<unknown> = { schema: Type.Unknown(), parse: (value) => ({ ok: true, value }) }

export const oauthRoutes = (deps: OAuthDeps): Route[] => [
  route({
    method: 'GET',
    path: '/oauth2/auth',
    aliases: ['/oauth'],
    operation: 'OAuthAuthorize',
    summary: 'Ask the user for consent; opened in their browser',
    caller: 'anyone',
    answerError: errorPage,
    handle: ({ url, base, headers }) => authorize(deps, { url, base, headers }),
  }),
  route({
    method: 'POST',
    path: '/oauth2/consent',
    operation: 'OAuthConsent',
    summary: 'Answer the consent page',
    caller: 'user',
    form: true,
    body: consentAnswer,
    answerError: errorPage,
    handle: ({ caller, body, headers, base }) => answerConsent(deps, { caller, headers, base, ...body }),
  }),
  route({
    method: 'POST',
    path: '/oauth2/token',
    operation: 'OAuthToken',
    summary: 'Exchange an authorization code or a refresh token for an access token',
    caller: 'anyone',
    form: true,
    body: anything,
    answer: TokenAnswer,
    answerError: oauthErrorOf(deps.helpUrl),
    handle: ({ body, headers }) =>
      exchangeToken(deps, { body, authorization: headers.authorization?.toString() }),
  }),
  route({
    method: 'POST',
    path: '/v1/open-platform/oauth/access_token',
    operation: 'OAuth_GetAccessToken',
    summary:
      'Exchange an authorization code, with an API key as client secret; the older form of /oauth2/token',
    caller: 'anyone',
    form: true,
    body: olderTokenParser,
    answer: OlderTokenAnswer,
    handle: ({ body }) => exchangeOlderCode(deps, body),
  }),
  route({
    method: 'POST',
    path: '/oauth2/revoke',
    operation: 'OAuthRevoke',
    summary: 'Give a token up',
    caller: 'anyone',
    form: true,
    body: anything,
    answer: Type.Object({}),
    answerError: oauthErrorOf(deps.helpUrl),
    handle: ({ body, headers }) =>
      revokeToken(deps, { body, authorization: headers.authorization?.toString() }),
  }),
]
