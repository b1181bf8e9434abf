import { matchesScope, parseScope } from '@charsu/protocol/scopes'
import type { UserClient } from '../client/user-client.ts'
import type { Grant, GrantStore } from '../stores/grant-store.ts'
import { UsageError } from './app-errors.ts'
import { isRefusedConsent } from './refused-consent.ts'
import type { ScopeQuestion } from './services.ts'

/** Answers what the kept consents allow, and forgets those that were taken back. */
export class GrantDesk {
  readonly #grants: GrantStore
  readonly #clientOf: (grantId: string) => UserClient

  constructor(deps: { grants: GrantStore; clientOf: (grantId: string) => UserClient }) {
    this.#grants = deps.grants
    this.#clientOf = deps.clientOf
  }

  async granted(question: ScopeQuestion): Promise<boolean> {
    return (await this.#newest(question)) !== undefined
  }

  async clientWith(question: ScopeQuestion): Promise<UserClient | undefined> {
    const grant = await this.#newest(question)
    return grant && this.#clientOf(grant.id)
  }

  /**
   * Deletes what is kept of a user who took a consent back. The event may come late, when the user has consented again:
   * so each grant is tried, and one that the platform still takes stays.
   */
  async forgetUser(userId: string): Promise<void> {
    for (const grant of await this.#grants.ofUser(userId)) {
      if (!(await this.#isAlive(grant))) await this.#grants.delete(grant.id)
    }
  }

  async #isAlive(grant: Grant): Promise<boolean> {
    try {
      await this.#clientOf(grant.id).getUser()
      return true
    } catch (error) {
      if (isRefusedConsent(error)) return false
      throw error
    }
  }

  async #newest({ scope, userIds }: ScopeQuestion): Promise<Grant | undefined> {
    const wanted = parseScope(scope)
    if (!wanted.ok) {
      throw new UsageError(
        wanted.message,
        'take one of scope, such as scope.sendInPostConversations(postToken)',
      )
    }
    if (wanted.scope.resource !== undefined) return (await this.#grants.withAnyScope([scope])).at(-1)
    const ofUsers = await Promise.all(userIds.map((userId) => this.#grants.ofUser(userId)))
    return ofUsers
      .flat()
      .filter((grant) => matchesScope(grant.scopes, scope))
      .at(-1)
  }
}
