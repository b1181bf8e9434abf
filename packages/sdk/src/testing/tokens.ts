import { ACCESS_TOKEN_SECONDS, type TokenAnswer } from '@charsu/protocol/oauth'
import type { KnownApp } from './bed-settings.ts'
import { type IssuedTokens, issueTokens, revokeTokensOfCode } from './grants.ts'
import { OAuthFault } from './oauth-fault.ts'
import type { Code, Consent, RefreshToken, World } from './world.ts'

export interface TokenDeps {
  world: World
  known: KnownApp
  /** Takes the whole consent back. */
  revoke(consent: Consent): void
}

type Parameters = Partial<Record<string, string>>

const A_GRANT_TYPE = 'authorization_code or refresh_token'
const OVERLAP_MS = 120_000
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/
const HOW_TO_AUTHENTICATE =
  'send client_id and client_secret in the body, or both as HTTP Basic (docs/wire-contract.md, section 7)'
const CONSENT_GONE = 'the user has taken the consent back: ask for it again at /oauth2/auth'

/** `POST /oauth2/token` (wire contract §7): a code or a refresh token for new tokens. @throws OAuthFault. */
export async function exchange(deps: TokenDeps, body: unknown, headers: Headers): Promise<TokenAnswer> {
  const parameters = authenticated(deps.known, readParameters(body), headers)
  switch (parameters.grant_type) {
    case undefined:
      throw new OAuthFault('invalid_request', `grant_type is missing: send ${A_GRANT_TYPE}`)
    case 'authorization_code':
      return answer(await byCode(deps, parameters))
    case 'refresh_token':
      return answer(byRefreshToken(deps, parameters))
    default:
      throw new OAuthFault('unsupported_grant_type', `grant_type must be ${A_GRANT_TYPE}`)
  }
}

function readParameters(body: unknown): Parameters {
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const parameters: Parameters = {}
  for (const [name, value] of fields) {
    if (value === undefined || value === null || value === '') continue
    if (typeof value !== 'string') throw new OAuthFault('invalid_request', `${name} must be a string`)
    parameters[name] = value
  }
  return parameters
}

function authenticated({ settings }: KnownApp, parameters: Parameters, headers: Headers): Parameters {
  const basic = readBasic(headers.get('authorization'))
  if (basic && parameters.client_id !== undefined && parameters.client_id !== basic.id) {
    throw new OAuthFault(
      'invalid_request',
      'client_id in the body differs from the one in the Authorization header: send one of them',
    )
  }
  const id = basic?.id ?? parameters.client_id
  const secret = basic?.secret ?? parameters.client_secret
  if (!id) throw noClient(`client_id is missing: ${HOW_TO_AUTHENTICATE}`)
  if (!secret) throw noClient(`client_secret is missing: ${HOW_TO_AUTHENTICATE}`)
  if (id !== settings.clientId) throw noClient('client_id is not the slug of an app: see it in the console')
  if (secret === settings.clientSecret) return parameters
  throw noClient(
    secret.startsWith('ck_')
      ? 'client_secret holds an API key: send the OAuth client secret that the console showed'
      : `client_secret is not that of the app ${id}: rotate it in the console if it is lost`,
  )
}

const noClient = (description: string): OAuthFault => new OAuthFault('invalid_client', description, 401)

function readBasic(header: string | null): { id: string; secret: string } | undefined {
  const scheme = /^\s*basic(?:\s+(.*))?$/i.exec(header ?? '')
  if (!scheme) return undefined
  const text = fromBase64(scheme[1]?.trim() ?? '')
  const colon = text.indexOf(':')
  if (colon < 1) {
    throw noClient('the Authorization header is no valid HTTP Basic: send base64 of client_id:client_secret')
  }
  return { id: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) }
}

function fromBase64(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

async function byCode({ world }: TokenDeps, parameters: Parameters): Promise<IssuedTokens> {
  if (parameters.code === undefined) {
    throw new OAuthFault('invalid_request', 'code is missing: send the one of the redirect')
  }
  const code = world.codes.get(parameters.code)
  if (!code) throw refused('the code is unknown: send the one of the latest redirect, unchanged')
  if (code.isUsed) {
    revokeTokensOfCode(world, code.secret, code.consent)
    throw refused(
      'the code was used before, so what it gave is revoked: exchange a code once, and ask for consent again',
    )
  }
  if (code.consent.isRevoked) throw refused(CONSENT_GONE)
  if (code.expiresAt <= world.now()) {
    const end = new Date(code.expiresAt).toISOString()
    throw refused(`the code expired at ${end}, for it lives 10 minutes: ask for consent again`)
  }
  if (parameters.redirect_uri !== code.redirectUri) {
    const sent = parameters.redirect_uri === undefined ? 'is missing' : `is ${parameters.redirect_uri}`
    throw refused(`redirect_uri ${sent}, but the code was asked for with ${code.redirectUri}: send that`)
  }
  code.isUsed = true
  await checkVerifier(code, parameters.code_verifier)
  return issueTokens(world, { consent: code.consent, granted: code.scopes, code: code.secret })
}

async function checkVerifier({ challenge }: Code, verifier: string | undefined): Promise<void> {
  if (!challenge) return
  if (verifier === undefined) {
    throw refused(
      'code_verifier is missing, but the code was asked for with code_challenge; the code is used up: ask for consent again and send the verifier',
    )
  }
  if (!VERIFIER.test(verifier)) {
    throw new OAuthFault(
      'invalid_request',
      'code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~; the code is used up: ask for consent again',
    )
  }
  const shown = challenge.method === 'plain' ? verifier : await sha256(verifier)
  if (shown === challenge.challenge) return
  throw refused(
    'code_verifier does not match the code_challenge of the authorization request; the code is used up: ask for consent again',
  )
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

function byRefreshToken(deps: TokenDeps, parameters: Parameters): IssuedTokens {
  const { world } = deps
  if (parameters.refresh_token === undefined) {
    throw new OAuthFault('invalid_request', 'refresh_token is missing: send the one of the latest answer')
  }
  const token = world.refreshTokens.get(parameters.refresh_token)
  if (!token) throw refused('the refresh_token is unknown: send the one of the latest answer, unchanged')
  const { consent, code } = token.access
  if (consent.isRevoked) throw refused(CONSENT_GONE)
  if (token.isRevoked) throw refused('the refresh_token was revoked: ask the user for consent again')
  if (token.rotatedAt !== null && token.rotatedAt + OVERLAP_MS <= world.now()) {
    deps.revoke(consent)
    throw refused(
      'the refresh_token was reused more than two minutes after it was exchanged, so the grant is revoked: keep the newest refresh_token, and ask for consent again',
    )
  }
  if (token.expiresAt <= world.now()) {
    const end = new Date(token.expiresAt).toISOString()
    throw refused(`the refresh_token expired at ${end}, for it lives 30 days: ask for consent again`)
  }
  const asked = askedScopes(token, parameters.scope)
  token.rotatedAt ??= world.now()
  // The pair it belongs to works on for a while.
  token.access.expiresAt = Math.min(token.access.expiresAt, token.rotatedAt + OVERLAP_MS)
  return issueTokens(world, { consent, granted: token.scopes, asked, code })
}

function askedScopes({ scopes }: RefreshToken, text: string | undefined): readonly string[] {
  const asked = text?.split(' ').filter((part) => part !== '')
  if (!asked) return scopes
  if (asked.every((scope) => scopes.includes(scope))) return [...new Set(asked)]
  throw new OAuthFault(
    'invalid_scope',
    'scope names more than was granted: send granted scopes as they were written, or none at all, or ask for consent to more',
  )
}

const refused = (description: string): OAuthFault => new OAuthFault('invalid_grant', description)

const answer = ({ access, refresh }: IssuedTokens): TokenAnswer => ({
  access_token: access.secret,
  token_type: 'bearer',
  expires_in: ACCESS_TOKEN_SECONDS,
  scope: access.verbatim.join(' '),
  ...(refresh && { refresh_token: refresh.secret }),
})
