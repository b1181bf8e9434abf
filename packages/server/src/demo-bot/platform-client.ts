import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import type { BotGrant, BotMemory } from './bot-memory.ts'

/** What the bot signs its calls with. */
export interface BotKeys {
  clientId: string
  clientSecret: string
  apiKey: string
}

export interface PlatformDeps {
  memory: BotMemory
  /** Where the platform listens; it may be known late. */
  origin(): string
  keys(): Promise<BotKeys | null>
  /** Milliseconds since 1970. */
  now(): number
}

/** How a call ended: it worked, it is of no use to try again, or it may work later. */
export type CallEnd = { kind: 'done'; body: unknown } | { kind: 'refused'; status: number } | Later
export interface Later {
  kind: 'later'
  /** Seconds. */
  after: number
}

interface ApiCall {
  path: string
  body: unknown
  grant?: BotGrant
  idempotencyKey?: string
  traceparent?: string | undefined
}

const DEADLINE_MS = 5_000
const USUAL_PAUSE_S = 2
const EXPIRED = 401
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const formOf = ({ clientId, clientSecret }: BotKeys, parameters: Record<string, string>): string =>
  new URLSearchParams({ ...parameters, client_id: clientId, client_secret: clientSecret }).toString()

const tokensAnswer = parser(
  Type.Object({
    access_token: Type.String(),
    refresh_token: Type.String(),
    expires_in: Type.Number(),
    scope: Type.String(),
  }),
)
const userAnswer = parser(Type.Object({ user_id: Type.String() }))

/** What a consent, or its renewal, brings. */
export type NewTokens = Omit<BotGrant, 'userId' | 'subscribedUntil'>
type TokenEnd = { kind: 'tokens'; tokens: NewTokens } | { kind: 'refused' } | Later

/** The bot's side of the wire contract: HTTP with a key, and with people's tokens, which it renews itself. */
export class PlatformClient {
  readonly #deps: PlatformDeps

  constructor(deps: PlatformDeps) {
    this.#deps = deps
  }

  /** Calls an operation; with a token that is over, once more with a fresh one. */
  async call({ grant, ...call }: ApiCall): Promise<CallEnd> {
    const first = await this.#once(call, grant)
    if (!grant || first.kind !== 'refused' || first.status !== EXPIRED) return first
    const renewed = await this.renew(grant)
    if (renewed.kind === 'later') return renewed
    return renewed.kind === 'renewed' ? await this.#once(call, renewed.grant) : first
  }

  /** A fresh pair of tokens; the grant is forgotten when its consent is over. */
  async renew(grant: BotGrant): Promise<{ kind: 'renewed'; grant: BotGrant } | { kind: 'over' } | Later> {
    const end = await this.#token({ grant_type: 'refresh_token', refresh_token: grant.refreshToken })
    if (end.kind === 'later') return end
    if (end.kind === 'refused') {
      await this.#deps.memory.forget('grant', grant.userId)
      return { kind: 'over' }
    }
    // What it subscribed to lives as long as the token before: it is asked for anew.
    const renewed = { ...grant, ...end.tokens, subscribedUntil: 0 }
    await this.#deps.memory.put('grant', grant.userId, renewed)
    return { kind: 'renewed', grant: renewed }
  }

  /** Gives the access token up, and with it what it subscribed to; the consent stays. */
  async giveUp(grant: BotGrant): Promise<void> {
    const keys = await this.#deps.keys()
    if (!keys) return
    await this.#post('/oauth2/revoke', formOf(keys, { token: grant.accessToken }), FORM)
    await this.#deps.memory.put('grant', grant.userId, { ...grant, expiresAt: 0, subscribedUntil: 0 })
  }

  /** The tokens of a consent that came back with a code. */
  async exchange(code: string, redirectUri: string): Promise<boolean> {
    const end = await this.#token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
    return end.kind === 'tokens' && (await this.adopt(end.tokens))
  }

  /** Finds out whose tokens these are, and keeps them. */
  async adopt(tokens: NewTokens): Promise<boolean> {
    const grant = { ...tokens, userId: '', subscribedUntil: 0 }
    const end = await this.#once({ path: '/v1/open-platform/users', body: {} }, grant)
    const user = end.kind === 'done' ? userAnswer.parse(end.body) : null
    if (!user?.ok) return false
    const userId = user.value.user_id
    await this.#deps.memory.put('grant', userId, { ...grant, userId })
    return true
  }

  async #once(
    { path, body, idempotencyKey, traceparent }: Omit<ApiCall, 'grant'>,
    grant: BotGrant | undefined,
  ): Promise<CallEnd> {
    const keys = await this.#deps.keys()
    if (!keys) return { kind: 'refused', status: EXPIRED }
    return await this.#post(path, JSON.stringify(body), {
      'content-type': 'application/json',
      'x-api-key': keys.apiKey,
      ...(grant && { authorization: `Bearer ${grant.accessToken}` }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(traceparent !== undefined && { traceparent }),
    })
  }

  async #token(parameters: Record<string, string>): Promise<TokenEnd> {
    const keys = await this.#deps.keys()
    if (!keys) return { kind: 'later', after: USUAL_PAUSE_S }
    const end = await this.#post('/oauth2/token', formOf(keys, parameters), FORM)
    if (end.kind !== 'done') return end
    const read = tokensAnswer.parse(end.body)
    if (!read.ok) return { kind: 'refused' }
    const { access_token: accessToken, refresh_token: refreshToken, expires_in, scope } = read.value
    const expiresAt = this.#deps.now() + expires_in * 1000
    return { kind: 'tokens', tokens: { accessToken, refreshToken, expiresAt, scopes: scope.split(' ') } }
  }

  async #post(path: string, body: string, headers: Record<string, string>): Promise<CallEnd> {
    try {
      const response = await fetch(this.#deps.origin() + path, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      const text = await response.text()
      if (response.ok) return { kind: 'done', body: text === '' ? {} : JSON.parse(text) }
      if (response.status === 429 || response.status >= 500) {
        return { kind: 'later', after: Number(response.headers.get('retry-after')) || USUAL_PAUSE_S }
      }
      return { kind: 'refused', status: response.status }
    } catch {
      // Stopping, starting, or slower than the bot waits.
      return { kind: 'later', after: USUAL_PAUSE_S }
    }
  }
}
