import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

/** What never changes about a conversation. */
export interface ConversationFacts {
  id: string
  type: 'POST' | 'BOT'
  postToken: string | null
  supplierId: string | null
  demandId: string
  appId: string | null
  /** Whether it is about a development post; a chatbot's conversation is about none, and no. */
  onDevelopmentPost: boolean
}

const MAX_ENTRIES = 50_000

type Facts = ConversationFacts | null

/**
 * Facts by id; they are immutable, so what was read once stays true and only room is limited. What is asked for in one
 * turn of the event loop, or while a query is under way, is read by one query.
 */
export class ConversationFactsCache {
  readonly #db: Database
  readonly #entries = new Map<string, ConversationFacts>()
  /** Asked for, and not yet in a query. */
  #wanted = new Map<string, PromiseWithResolvers<Facts>>()
  #reading = false

  constructor(db: Database) {
    this.#db = db
  }

  async get(id: string): Promise<Facts> {
    return this.#entries.get(id) ?? (await this.#want(id))
  }

  #want(id: string): Promise<Facts> {
    const asked = this.#wanted.get(id) ?? Promise.withResolvers<Facts>()
    this.#wanted.set(id, asked)
    if (!this.#reading) void this.#readAll()
    return asked.promise
  }

  async #readAll(): Promise<void> {
    this.#reading = true
    await new Promise(setImmediate)
    while (this.#wanted.size > 0) {
      const batch = this.#wanted
      this.#wanted = new Map()
      try {
        const found = await this.#read([...batch.keys()])
        for (const [id, { resolve }] of batch) resolve(found.get(id) ?? null)
      } catch (error) {
        for (const { reject } of batch.values()) reject(error)
      }
    }
    this.#reading = false
  }

  async #read(ids: readonly string[]): Promise<Map<string, ConversationFacts>> {
    const rows = await this.#db
      .selectFrom('conversations as c')
      .leftJoin('posts as p', 'p.id', 'c.post_id')
      .select([
        'c.id',
        'c.type',
        'c.post_token',
        'c.supplier_id',
        'c.demand_id',
        'c.app_id',
        'p.for_development',
      ])
      .where('c.id', '=', sql<string>`any(${ids}::uuid[])`)
      .execute()
    const found = new Map<string, ConversationFacts>()
    for (const row of rows) {
      const facts: ConversationFacts = {
        id: row.id,
        type: row.type,
        postToken: row.post_token,
        supplierId: row.supplier_id,
        demandId: row.demand_id,
        appId: row.app_id,
        onDevelopmentPost: row.for_development === true,
      }
      found.set(row.id, facts)
      const oldest = this.#entries.keys().next()
      if (this.#entries.size >= MAX_ENTRIES && !oldest.done) this.#entries.delete(oldest.value)
      this.#entries.set(row.id, facts)
    }
    return found
  }
}
