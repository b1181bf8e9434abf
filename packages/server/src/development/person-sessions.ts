import type { Authenticator } from '../access/authenticator.ts'
import { createSession } from '../access/sessions.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../errors.ts'
import { requireUserId } from './found-here.ts'

export interface PersonSessionDeps {
  db: Database
  authenticator: Pick<Authenticator, 'session'>
}

/** A session that ends each time it is looked at is somebody's who logs out all the time. */
const MOST_TRIES = 3

/** One real session a person, made when it is first needed and again when it has ended: kept by this node alone. */
export class PersonSessions {
  readonly #deps: PersonSessionDeps
  readonly #kept = new Map<string, Promise<string>>()

  constructor(deps: PersonSessionDeps) {
    this.#deps = deps
  }

  /**
   * The secret of a session of that person. Calls at the same time share one.
   * @throws 404 USER_UNKNOWN for somebody who is not there, or no longer.
   */
  async secretOf(hostId: string): Promise<string> {
    let secret = ''
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const kept = this.#kept.get(hostId)
      secret = await (kept ?? this.#begin(hostId))
      if (await this.#isAlive(secret, hostId)) break
      // Whoever found out first makes the next one.
      if (this.#kept.get(hostId) === kept) this.#kept.delete(hostId)
    }
    return secret
  }

  #begin(hostId: string): Promise<string> {
    const begun = this.#make(hostId)
    this.#kept.set(hostId, begun)
    begun.catch(() => {
      if (this.#kept.get(hostId) === begun) this.#kept.delete(hostId)
    })
    return begun
  }

  async #make(hostId: string): Promise<string> {
    const { db } = this.#deps
    const userId = await requireUserId(db, hostId)
    return db.transaction().execute((tx) => createSession(tx, userId))
  }

  /** A snapshot that was loaded may have given the id to another person. */
  async #isAlive(sessionSecret: string, hostId: string): Promise<boolean> {
    try {
      const presented = { apiKey: undefined, authorization: undefined, accessToken: undefined }
      const caller = await this.#deps.authenticator.session({ ...presented, sessionSecret })
      return caller.hostId === hostId
    } catch (error) {
      if (error instanceof ApiError && error.codeName === 'UNAUTHENTICATED') return false
      throw error
    }
  }
}
