import { matchesScope, parseScopeList } from '@charsu/protocol/scopes'
import { Transport } from '../client/transport.ts'
import { UserClient } from '../client/user-client.ts'
import type { Grant } from '../stores/grant-store.ts'
import { readTokens, type TokenAnswerBody, type Tokens } from './grant-of-answer.ts'
import { GrantTokens, neverSaves } from './grant-tokens.ts'
import { type OAuthSettings, type ReadOAuthSettings, readOAuthSettings } from './oauth-settings.ts'
import { scope } from './scope.ts'

/** What to ask a user for. */
export interface ConsentRequest {
  /** 1 to 50 of them; `scope` spells them. */
  scopes: readonly string[]
  /** Comes back with the answer, byte for byte: hard to guess, and kept in the browser that is sent. */
  state: string
  /** Of `pkcePair`. */
  codeChallenge?: string | undefined
}

export interface ExchangeOptions {
  /** Which side of a conversation the user is on, where the app knows it. */
  side?: Grant['side']
  /** Of `pkcePair`, where consent was asked for with its challenge. */
  codeVerifier?: string | undefined
  /** Those that were asked for: taken for granted where the answer does not say. */
  scopes?: readonly string[] | undefined
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined
}

/** Of the platform (wire contract §7). */
const MAX_SCOPES = 50

/**
 * Consent of users (wire contract §7): the page to send them to, the code they come back with, and clients whose tokens
 * stay alive.
 * @throws TypeError for a setting that cannot be right
 * @example
 * ```ts run
 * import { MemoryGrants, OAuth, scope } from '@charsu/sdk'
 *
 * const oauth = new OAuth({
 *   apiKey: 'ck_example',
 *   clientId: 'visit-planner',
 *   clientSecret: 'cx_example',
 *   redirectUri: 'http://localhost:3000/charsu/callback',
 *   grants: new MemoryGrants(),
 * })
 * const url = oauth.consentUrl({ scopes: [scope.userId, scope.offline], state: crypto.randomUUID() })
 *
 * async function callback(code: string): Promise<void> {
 *   const grant = await oauth.exchange(code)
 *   const { phone_number } = await oauth.client(grant.id).getUser()
 *   console.log(url, phone_number)
 * }
 * ```
 */
export class OAuth {
  readonly #settings: ReadOAuthSettings
  readonly #transport: Transport
  readonly #tokens: GrantTokens

  constructor(settings: OAuthSettings) {
    this.#settings = readOAuthSettings(settings)
    this.#transport = new Transport(this.#settings.client)
    this.#tokens = new GrantTokens({
      grants: this.#settings.grants,
      time: this.#settings.client.time,
      requestTokens: (grant) => this.#requestTokens(grant),
      onRefreshed: settings.onRefreshed,
    })
  }

  /**
   * Where to send a user's browser, to be asked. They come back to `redirectUri` with `code` and `state`, or with
   * `error` and `state`.
   * @throws TypeError for no scope, too many, one that does not exist, or an empty state
   */
  consentUrl({ scopes, state, codeChallenge }: ConsentRequest): string {
    const { consentBaseUrl, clientId, redirectUri } = this.#settings
    if (typeof state !== 'string' || state === '') {
      throw new TypeError(
        'consentUrl needs a state that is hard to guess: write crypto.randomUUID(), and compare it when the user is back',
      )
    }
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: checkedScopes(scopes),
      state,
      ...(codeChallenge !== undefined && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
    })
    return `${consentBaseUrl}/oauth2/auth?${query}`
  }

  /**
   * Trades the code that a user came back with for tokens, reads the user's id if USER_ID was granted (which takes the
   * key permission USER_RETRIEVE), and saves the grant. Where any of this fails nothing is saved, and the user has to be
   * asked again: a code works once, for ten minutes.
   * @throws OAuthError when the platform does not take the code, RefusedError when it does not show the user,
   * NoAnswerError when no usable answer comes
   * @returns the grant as it is stored
   */
  async exchange(code: string, options: ExchangeOptions = {}): Promise<Grant> {
    const { client, redirectUri, grants } = this.#settings
    const { codeVerifier, side, signal, scopes = [] } = options
    if (typeof code !== 'string' || code === '') {
      throw new TypeError(
        'exchange needs the code that the user came back with, but got none: where the query has error instead, they did not allow it',
      )
    }
    const answer = await this.#askForTokens(
      'exchange',
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      },
      { secrets: [code, ...(codeVerifier === undefined ? [] : [codeVerifier])], signal },
    )
    const tokens = readTokens(answer, { scopes }, client.time.now())
    const userId = await this.#readUserId(tokens, signal)
    const grant: Grant = {
      id: crypto.randomUUID(),
      ...(userId !== undefined && { userId }),
      ...tokens,
      ...(side !== undefined && { side }),
      version: 0,
    }
    if (!(await grants.save(grant))) throw neverSaves(grant.id)
    return { ...grant, version: 1 }
  }

  /**
   * New tokens of a grant, saved. Concurrent callers share one request; where another process was faster its tokens are
   * the answer. A grant that the platform no longer knows is deleted.
   * @throws NoGrantError without a refresh token, or when the grant is gone; OAuthError when the platform refuses;
   * NoAnswerError when no usable answer comes
   */
  refresh(grant: Grant, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Grant> {
    return this.#tokens.refresh(grant, signal)
  }

  /**
   * A client that acts under a grant: its token is refreshed a minute before it runs out, and once when the platform
   * does not take it. Every call may throw what `refresh` throws.
   */
  client(grantId: string): UserClient {
    return new UserClient(this.#transport, this.#tokens.source(grantId))
  }

  async #readUserId({ accessToken, scopes }: Tokens, signal?: AbortSignal): Promise<string | undefined> {
    if (!matchesScope(scopes, scope.userId)) return undefined
    return (await new UserClient(this.#transport, accessToken).getUser({ signal })).user_id
  }

  async #requestTokens(grant: Grant & { refreshToken: string }): Promise<Tokens> {
    const { refreshToken } = grant
    const answer = await this.#askForTokens(
      'refresh',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { secrets: [refreshToken] },
    )
    return readTokens(answer, grant, this.#settings.client.time.now())
  }

  #askForTokens(
    operation: 'exchange' | 'refresh',
    form: Record<string, string>,
    { secrets, signal }: { secrets: string[]; signal?: AbortSignal | undefined },
  ): Promise<TokenAnswerBody> {
    const { clientId, clientSecret, tokenBaseUrl } = this.#settings
    return this.#transport.call(
      {
        operation,
        baseUrl: tokenBaseUrl,
        form: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }),
        secrets: [clientSecret, ...secrets],
      },
      { signal },
    )
  }
}

function checkedScopes(scopes: readonly string[]): string {
  if (!Array.isArray(scopes)) {
    throw new TypeError('consentUrl takes a list of scopes: write scopes: [scope.userId]')
  }
  const text = scopes.join(' ')
  const read = parseScopeList(text)
  if (!read.ok) throw new TypeError(`consentUrl cannot ask for these scopes: ${read.messages.join('; ')}`)
  if (read.scopes.length >= 1 && read.scopes.length <= MAX_SCOPES) return text
  throw new TypeError(
    `consentUrl asks for 1 to ${MAX_SCOPES} scopes, but got ${read.scopes.length}: write scopes: [scope.userId]`,
  )
}
