import type { Database } from '../db/database.ts'

/** What never changes about a conversation. */
export interface ConversationFacts {
  id: string
  type: 'POST' | 'BOT'
  postToken: string | null
  supplierId: string | null
  demandId: string
  appId: string | null
}

const MAX_ENTRIES = 50_000

/** Facts by id; they are immutable, so what was read once stays true and only room is limited. */
export class ConversationFactsCache {
  readonly #db: Database
  readonly #entries = new Map<string, ConversationFacts>()

  constructor(db: Database) {
    this.#db = db
  }

  async get(id: string): Promise<ConversationFacts | null> {
    return this.#entries.get(id) ?? (await this.#load(id))
  }

  async #load(id: string): Promise<ConversationFacts | null> {
    const row = await this.#db
      .selectFrom('conversations')
      .select(['id', 'type', 'post_token', 'supplier_id', 'demand_id', 'app_id'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) return null
    const facts: ConversationFacts = {
      id: row.id,
      type: row.type,
      postToken: row.post_token,
      supplierId: row.supplier_id,
      demandId: row.demand_id,
      appId: row.app_id,
    }
    const oldest = this.#entries.keys().next()
    if (this.#entries.size >= MAX_ENTRIES && !oldest.done) this.#entries.delete(oldest.value)
    this.#entries.set(id, facts)
    return facts
  }
}
