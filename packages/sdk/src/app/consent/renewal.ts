import type { Client } from '../../client/client.ts'
import type { Time } from '../../client/time.ts'
import type { OAuth } from '../../oauth/oauth.ts'
import type { Grant, GrantStore } from '../../stores/grant-store.ts'
import { isRefusedConsent } from '../refused-consent.ts'
import { subscribe, type Topic } from './subscriptions.ts'

export interface RenewalDeps {
  grants: GrantStore
  oauth: OAuth
  client: Client
  time: Pick<Time, 'now'>
  topics: ReadonlySet<Topic>
  report(error: unknown): void
}

/** Tokens are renewed this long before they run out: there is time to try more than once. */
const BEFORE_MS = 15 * 60_000

/** A grant that cannot be refreshed is of no use any more; kept a little for whoever still looks at it. */
const KEEP_DEAD_MS = 24 * 60 * 60_000

/** Keeps subscriptions alive, which end with the token they were made with (wire contract §4). */
export class Renewal {
  readonly #deps: RenewalDeps
  /** Of grants whose subscriptions could not be made with their present token. */
  readonly #unsubscribed = new Set<string>()
  /** By access token: what is under way is not begun a second time. */
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(deps: RenewalDeps) {
    this.#deps = deps
  }

  /** Never rejects for what may pass: it is tried again the next time. */
  subscribe(grant: Grant): Promise<void> {
    const underWay = this.#underWay.get(grant.accessToken)
    if (underWay !== undefined) return underWay
    const work = this.#subscribe(grant).finally(() => this.#underWay.delete(grant.accessToken))
    this.#underWay.set(grant.accessToken, work)
    return work
  }

  async #subscribe(grant: Grant): Promise<void> {
    const { client, topics, report } = this.#deps
    try {
      await subscribe(client, grant, topics)
      this.#unsubscribed.delete(grant.id)
    } catch (error) {
      this.#unsubscribed.add(grant.id)
      report(error)
    }
  }

  async renew(): Promise<void> {
    const { grants, time } = this.#deps
    for (const id of [...this.#unsubscribed]) {
      const grant = await grants.get(id)
      if (grant === undefined) this.#unsubscribed.delete(id)
      else await this.subscribe(grant)
    }
    for (const grant of await grants.expiringBefore(time.now() + BEFORE_MS)) await this.#renewOne(grant)
  }

  async #renewOne(grant: Grant): Promise<void> {
    const { grants, oauth, time, report } = this.#deps
    if (grant.refreshToken === undefined) {
      if (grant.expiresAt + KEEP_DEAD_MS < time.now()) await grants.delete(grant.id)
      return
    }
    try {
      await this.subscribe(await oauth.refresh(grant))
    } catch (error) {
      // It was taken back in the meantime: that is no fault of anybody's.
      if (!isRefusedConsent(error)) report(error)
    }
  }
}
