import type { TokenAnswer } from '@charsu/protocol/oauth'
import { type Charsu, Refusal } from './charsu.ts'
import type { Grant, Store } from './store.ts'

/** Scopes to ask for, so that the app can hear and speak in all conversations about one post. */
export const scopesFor = (postToken: string): string =>
  [
    `CHAT_POST_CONVERSATIONS_READ.${postToken}`,
    `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${postToken}`,
    'SEND_EVENT',
    'USER_ID',
    'NOTIFICATION_ACCESS_REVOCATION',
    'offline_access',
  ].join(' ')

/** A token is renewed this long before it runs out. */
const RENEW_BEFORE_MS = 10 * 60_000

/** The consents of sellers, and tokens that are alive. */
export class Grants {
  readonly #store: Store
  readonly #charsu: Charsu
  readonly #now: () => number
  readonly #renewals = new Map<string, Promise<Grant>>()

  constructor(deps: { store: Store; charsu: Charsu; now: () => number }) {
    this.#store = deps.store
    this.#charsu = deps.charsu
    this.#now = deps.now
  }

  of(postToken: string): Grant | undefined {
    return this.#store.state.grants[postToken]
  }

  /** Keeps a new consent and subscribes to the post's messages. */
  async add(postToken: string, tokens: TokenAnswer): Promise<Grant> {
    const { user_id: userId } = await this.#charsu.readUser(tokens.access_token)
    if (userId === undefined) throw new Error('the scope USER_ID was granted, but no user_id came')
    return this.#keep(postToken, userId, tokens)
  }

  /** @throws Refusal when Charsu refuses a new token; the consent is gone then. */
  async token(grant: Grant): Promise<string> {
    if (grant.expiresAt - this.#now() > RENEW_BEFORE_MS || grant.refreshToken === null)
      return grant.accessToken
    return (await this.#renew(grant)).accessToken
  }

  /** A subscription lives as long as its token, so tokens are renewed before they run out. */
  async renewDue(): Promise<void> {
    for (const grant of Object.values(this.#store.state.grants)) await this.token(grant).catch(() => {})
  }

  async forgetUser(userId: string): Promise<void> {
    await this.#store.change(({ grants }) => {
      for (const grant of Object.values(grants)) if (grant.userId === userId) delete grants[grant.postToken]
    })
  }

  /** Once at a time: a refresh token rotates. */
  #renew(grant: Grant): Promise<Grant> {
    const underWay = this.#renewals.get(grant.postToken)
    if (underWay) return underWay
    const renewal = this.#charsu
      .refresh(grant.refreshToken ?? '')
      .then((tokens) => this.#keep(grant.postToken, grant.userId, tokens))
      .catch(async (error: unknown) => {
        if (error instanceof Refusal && !error.isPassing) await this.forgetUser(grant.userId)
        throw error
      })
      .finally(() => this.#renewals.delete(grant.postToken))
    this.#renewals.set(grant.postToken, renewal)
    return renewal
  }

  async #keep(postToken: string, userId: string, tokens: TokenAnswer): Promise<Grant> {
    const grant: Grant = {
      postToken,
      userId,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? null,
      expiresAt: this.#now() + tokens.expires_in * 1000,
    }
    await this.#store.change(({ grants }) => {
      grants[postToken] = grant
    })
    await this.#charsu.subscribe(grant.accessToken, postToken)
    return grant
  }
}
