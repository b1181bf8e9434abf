import { parseChatPeers } from '@charsu/protocol/chat-peers'
import { parseScopeList, resourceKind, type Scope } from '@charsu/protocol/scopes'
import type { KnownApp } from './bed-settings.ts'
import { addToConsent } from './grants.ts'
import { OAuthFault } from './oauth-fault.ts'
import type { Code, User, World } from './world.ts'

const MAX_SCOPES = 50
const CODE_MS = 600_000
const CHALLENGE = /^[A-Za-z0-9\-._~]{43,128}$/
const PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]

/** What a person who opens `/oauth2/auth` meets (wire contract §7). */
export type Authorization =
  | {
      kind: 'question'
      /** As the app wrote them. */
      scopes: string[]
      /** The answer's address. */
      allow(): string
      deny(): string
    }
  /** Sent back to the app, unasked. */
  | { kind: 'sent back'; url: string; error: string; description: string }
  /** Shown here, because the way back cannot be trusted. */
  | { kind: 'refused'; message: string }

/** Asks a person for consent as the marketplace does, in the same order of checks. */
export function authorize(deps: { world: World; known: KnownApp }, url: URL, user: User): Authorization {
  const { world, known } = deps
  const query = url.searchParams
  const clientId = query.get('client_id') ?? ''
  if (clientId !== known.settings.clientId) {
    const message =
      clientId === ''
        ? 'client_id is missing: send the app’s slug'
        : `no app has the client_id ${clientId}: send the app’s slug as the console shows it`
    return { kind: 'refused', message }
  }
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!known.redirectUris.includes(redirectUri)) {
    const sent = redirectUri === '' ? 'is missing' : `is ${redirectUri}`
    const message = `redirect_uri ${sent}, but must be exactly one that the app registered: ${known.redirectUris.join(', ')}`
    return { kind: 'refused', message }
  }
  const way = { redirectUri, state: rawState(url) }
  try {
    const challenge = readFrame(query)
    const scopes = readScopes(query.get('scope'))
    const foreign = scopes.flatMap((scope) => foreignScope(world, user, scope) ?? [])
    if (foreign.length > 0) throw new OAuthFault('invalid_scope', foreign.join('; '))
    const verbatim = scopes.map((scope) => scope.verbatim)
    return {
      kind: 'question',
      scopes: verbatim,
      allow: () => {
        const code = issueCode(world, user, { scopes: verbatim, redirectUri, challenge })
        return backTo(way, { code: code.secret })
      },
      deny: () =>
        backTo(
          way,
          faultOf(known, new OAuthFault('access_denied', 'the user did not allow it: nothing was granted')),
        ),
    }
  } catch (fault) {
    if (!(fault instanceof OAuthFault)) throw fault
    const { error, description } = fault
    return {
      kind: 'sent back',
      url: backTo(way, faultOf(known, fault)),
      error,
      description,
    }
  }
}

const faultOf = ({ settings }: KnownApp, { error, description }: OAuthFault): Record<string, string> => ({
  error,
  error_description: description,
  error_uri: `${settings.charsuUrl}/errors/${error}`,
})

function readFrame(query: URLSearchParams): Code['challenge'] {
  const repeated = PARAMETERS.find((name) => query.getAll(name).length > 1)
  if (repeated) throw new OAuthFault('invalid_request', `${repeated} was sent more than once: send it once`)
  const type = query.get('response_type')
  if (!type) throw new OAuthFault('invalid_request', 'response_type is missing: send response_type=code')
  if (type !== 'code') {
    const description = `response_type is ${JSON.stringify(type)}, but only code is served`
    throw new OAuthFault('unsupported_response_type', description)
  }
  const challenge = query.get('code_challenge')
  const method = query.get('code_challenge_method') || 'plain'
  if (!challenge) {
    if (!query.get('code_challenge_method')) return null
    const description = 'code_challenge_method was sent without code_challenge: send both, or neither'
    throw new OAuthFault('invalid_request', description)
  }
  if (method !== 'S256' && method !== 'plain') {
    const description = `code_challenge_method is ${JSON.stringify(method)}, but must be S256 or plain`
    throw new OAuthFault('invalid_request', description)
  }
  if (CHALLENGE.test(challenge)) return { challenge, method }
  const description = 'code_challenge must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~'
  throw new OAuthFault('invalid_request', description)
}

/** @throws OAuthFault naming every scope that is none. */
export function readScopes(text: string | null): Scope[] {
  const read = parseScopeList(text ?? '')
  if (!read.ok) throw new OAuthFault('invalid_scope', read.messages.join('; '))
  const { scopes } = read
  if (scopes.length === 0) {
    throw new OAuthFault('invalid_scope', 'scope is missing: name at least one, such as USER_ID')
  }
  if (scopes.length <= MAX_SCOPES) return scopes
  const description = `${scopes.length} scopes were asked for, but at most ${MAX_SCOPES} go in one request`
  throw new OAuthFault('invalid_scope', description)
}

const RULES = {
  none: '',
  conversation_id: 'must be a conversation that the user takes part in',
  post_token: "must be the user's own post",
  chat_peers:
    'must be base64 of user_id:post_token:peer_id, where user_id is the id under which this app knows the user who gives consent, and the post belongs to one of the two',
  business_token: 'must be a business of the user, and this marketplace has none',
  app_slug: "must be the user's own app",
} as const

/** Why this scope is not this person's to give, or undefined. */
export function foreignScope(world: World, user: User, scope: Scope): string | undefined {
  const kind = resourceKind(scope.name)
  if (isTheirs(world, user, kind, scope.resource ?? '')) return undefined
  return `${scope.verbatim}: the resource ${RULES[kind]}`
}

function isTheirs(world: World, { id }: User, kind: keyof typeof RULES, resource: string): boolean {
  switch (kind) {
    case 'none':
      return true
    case 'conversation_id': {
      const conversation = world.conversations.get(resource)
      return conversation?.supplierId === id || conversation?.demandId === id
    }
    case 'post_token':
      return world.posts.get(resource)?.ownerId === id
    case 'chat_peers': {
      const peers = parseChatPeers(resource)
      const owner = peers && world.posts.get(peers.postToken)?.ownerId
      if (!peers || !world.users.has(peers.peerId) || peers.userId !== id || peers.peerId === id) return false
      return owner === id || owner === peers.peerId
    }
    case 'business_token':
    case 'app_slug':
      return false
  }
}

function issueCode(
  world: World,
  user: User,
  asked: { scopes: readonly string[]; redirectUri: string; challenge: Code['challenge'] },
): Code {
  const consent = addToConsent(world, user.id, asked.scopes)
  const code: Code = {
    secret: world.ids.secret('cc'),
    consent,
    ...asked,
    expiresAt: world.now() + CODE_MS,
    isUsed: false,
  }
  world.codes.set(code.secret, code)
  return code
}

/** As the app percent-encoded it, for it goes back byte for byte; null when it sent none. */
function rawState({ search }: URL): string | null {
  for (const part of search.slice(1).split('&')) {
    const [[name] = ['']] = new URLSearchParams(part)
    if (name === 'state') return part.includes('=') ? part.slice(part.indexOf('=') + 1) : ''
  }
  return null
}

function backTo(
  way: { redirectUri: string; state: string | null },
  parameters: Record<string, string>,
): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  if (way.state !== null) pairs.push(`state=${way.state}`)
  const { redirectUri: uri } = way
  const separator = !uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&'
  return uri + separator + pairs.join('&')
}
