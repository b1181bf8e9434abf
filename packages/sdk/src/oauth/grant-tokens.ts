import { abortable } from '../client/attempt.ts'
import { CharsuError, NoAnswerError } from '../client/errors.ts'
import { OAuthError } from '../client/oauth-error.ts'
import type { Time } from '../client/time.ts'
import type { TokenSource } from '../client/token-source.ts'
import type { Grant, GrantStore } from '../stores/grant-store.ts'
import type { Tokens } from './grant-of-answer.ts'
import { NoGrantError } from './no-grant-error.ts'

export interface GrantTokensDeps {
  grants: GrantStore
  time: Pick<Time, 'now'>
  /** Asks the platform for new tokens. */
  requestTokens: (grant: Grant & { refreshToken: string }) => Promise<Tokens>
  /** Told of a grant whose new tokens this process asked for and stored; does not throw. */
  onRefreshed?: ((grant: Grant) => void) | undefined
}

/** A token is renewed this long before it runs out, so that it does not end under way. */
const RENEW_BEFORE_MS = 60_000

/** Others change a grant only now and then: more collisions than this mean a store that never saves. */
const MAX_SAVES = 5

const ASK_AGAIN =
  'Send the user to consentUrl again; the scope offline_access keeps a consent beyond an hour.'

/** Keeps the tokens of grants alive: one refresh at a time for each grant, whoever asks. */
export class GrantTokens {
  readonly #deps: GrantTokensDeps
  readonly #underWay = new Map<string, Promise<Grant>>()

  constructor(deps: GrantTokensDeps) {
    this.#deps = deps
  }

  /** The signal ends the waiting alone: others may be waiting for the same tokens. */
  refresh(grant: Grant, signal?: AbortSignal): Promise<Grant> {
    const underWay = this.#underWay.get(grant.id)
    if (underWay) return abortable(underWay, signal)
    const refresh = this.#refresh(grant).finally(() => this.#underWay.delete(grant.id))
    this.#underWay.set(grant.id, refresh)
    return abortable(refresh, signal)
  }

  source(grantId: string): TokenSource {
    return {
      accessToken: () => this.#accessToken(grantId),
      refused: (token) => this.#refused(grantId, token),
    }
  }

  async #accessToken(grantId: string): Promise<string> {
    const { grants, time } = this.#deps
    const grant = await grants.get(grantId)
    if (!grant) throw notThere(grantId)
    const left = grant.expiresAt - time.now()
    if (left > RENEW_BEFORE_MS) return grant.accessToken
    if (grant.refreshToken === undefined) {
      if (left > 0) return grant.accessToken
      throw new NoGrantError(
        'The access token of the grant has run out, and there is none to refresh it with.',
        grantId,
        ASK_AGAIN,
      )
    }
    try {
      return (await this.refresh(grant)).accessToken
    } catch (error) {
      // The token endpoint is away, and the token still has seconds to live.
      if (error instanceof NoAnswerError && grant.expiresAt > time.now()) return grant.accessToken
      throw error
    }
  }

  async #refused(grantId: string, token: string): Promise<boolean> {
    const grant = await this.#deps.grants.get(grantId)
    if (!grant) return false
    if (grant.accessToken !== token) return true
    if (grant.refreshToken === undefined) return false
    return (await this.refresh(grant)).accessToken !== token
  }

  /** The store is asked first: another process may have refreshed since the caller read its grant. */
  async #refresh({ id, accessToken }: Grant): Promise<Grant> {
    const { grants, requestTokens } = this.#deps
    const stored = await grants.get(id)
    if (!stored) throw notThere(id)
    if (stored.accessToken !== accessToken) return stored
    const { refreshToken } = stored
    if (refreshToken === undefined) {
      throw new NoGrantError('The grant has no refresh token.', id, ASK_AGAIN)
    }
    try {
      return await this.#save(stored, await requestTokens({ ...stored, refreshToken }))
    } catch (error) {
      if (!(error instanceof OAuthError) || error.error !== 'invalid_grant') throw error
      const theirs = await grants.get(id)
      if (theirs && theirs.accessToken !== accessToken) return theirs
      await grants.delete(id)
      throw error
    }
  }

  async #save(before: Grant, tokens: Tokens): Promise<Grant> {
    const { grants, onRefreshed } = this.#deps
    let stored = before
    for (let saves = 0; saves < MAX_SAVES; saves++) {
      const grant = { ...stored, ...tokens }
      if (await grants.save(grant)) {
        const saved = { ...grant, version: grant.version + 1 }
        onRefreshed?.(saved)
        return saved
      }
      const latest = await grants.get(before.id)
      // Taken back while the tokens were under way: nobody may act under them.
      if (!latest) throw notThere(before.id)
      if (latest.accessToken !== before.accessToken) return latest
      stored = latest
    }
    throw neverSaves(before.id)
  }
}

const notThere = (id: string): NoGrantError =>
  new NoGrantError(
    'There is no such grant: it was never saved, or was deleted, as when its user takes consent back.',
    id,
    ASK_AGAIN,
  )

/** @throws never; it is thrown by who called */
export const neverSaves = (id: string): CharsuError => {
  const hint = 'Let save compare grant.version with the stored one, taking 0 for "none is stored".'
  return new CharsuError(
    `The grant store does not save the grant ${id}: save answers false every time. ${hint}`,
    { hint },
  )
}
