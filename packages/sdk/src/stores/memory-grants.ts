import { matchesScope } from '@charsu/protocol/scopes'
import type { Grant, GrantStore } from './grant-store.ts'

/**
 * Grants in this process's memory: for tests, and for a first try. A restart forgets them.
 * @example
 * ```ts run
 * import { MemoryGrants } from '@charsu/sdk'
 *
 * const grants = new MemoryGrants()
 * ```
 */
export class MemoryGrants implements GrantStore {
  readonly #grants: Map<string, Grant>

  /** @param grants to begin with, as they were stored */
  constructor(grants: readonly Grant[] = []) {
    this.#grants = new Map(grants.map((grant) => [grant.id, copy(grant)]))
  }

  async get(id: string): Promise<Grant | undefined> {
    const grant = this.#grants.get(id)
    return grant && copy(grant)
  }

  async save(grant: Grant): Promise<boolean> {
    if ((this.#grants.get(grant.id)?.version ?? 0) !== grant.version) return false
    this.#grants.set(grant.id, { ...copy(grant), version: grant.version + 1 })
    return true
  }

  async delete(id: string): Promise<void> {
    this.#grants.delete(id)
  }

  /** Everything that is stored. */
  all(): Grant[] {
    return [...this.#grants.values()].map(copy)
  }

  async ofUser(userId: string): Promise<Grant[]> {
    return this.all().filter((grant) => grant.userId === userId)
  }

  async withAnyScope(scopes: string[]): Promise<Grant[]> {
    return this.all().filter((grant) => scopes.some((scope) => matchesScope(grant.scopes, scope)))
  }

  async expiringBefore(time: number): Promise<Grant[]> {
    return [...this.#grants.values()].filter((grant) => grant.expiresAt < time).map(copy)
  }
}

/** What a caller does to its copy must not change what is stored. */
const copy = (grant: Grant): Grant => ({ ...grant, scopes: [...grant.scopes] })
