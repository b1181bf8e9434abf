import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { readSetting, writeSetting } from '../db/instance-settings.ts'

/** Whom the bot may act for, and by what. */
export interface BotGrant {
  /** As the platform calls this person towards the bot. */
  userId: string
  accessToken: string
  refreshToken: string
  /** Of the access token, in milliseconds since 1970. */
  expiresAt: number
  scopes: string[]
  /** Until when it hears of new messages; 0 when it has to say again that it wants to. */
  subscribedUntil: number
}

/** A visit that was agreed on in one conversation. */
export interface Visit {
  conversationId: string
  postToken: string
  /** ISO 8601. */
  time: string
}

/** A page that one person may open for a while. */
export interface OpenPage {
  postToken: string
  returnUrl: string
  language: 'fa' | 'en'
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Whether the bot takes part, and what it has done once and for all. */
export interface BotSwitch {
  enabled: boolean
  /** The seller's consent was given when the marketplace was made; what became of it since is the seller's business. */
  consented: boolean
  /** The first message, to which it shows what it can do. */
  greeted: boolean
}

interface Kinds {
  grant: BotGrant
  visit: Visit
  page: OpenPage
  /** Of a consent that is under way. */
  state: { expiresAt: number }
}

const PREFIX = 'demo_bot'
const SWITCH = `${PREFIX}:switch`
const AT_FIRST: BotSwitch = { enabled: true, consented: false, greeted: false }

/**
 * All that the bot remembers: an app's own store, which happens to lie in this database, so that it comes and goes
 * with the marketplace and all nodes know the same.
 */
export class BotMemory {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async switch(): Promise<BotSwitch> {
    return (await readSetting<BotSwitch>(this.#db, SWITCH)) ?? AT_FIRST
  }

  async change(changes: Partial<BotSwitch>): Promise<void> {
    const json = JSON.stringify(changes)
    await sql`
      insert into instance_settings (key, value) values (${SWITCH}, ${JSON.stringify({ ...AT_FIRST, ...changes })}::jsonb)
      on conflict (key) do update set value = instance_settings.value || ${json}::jsonb`.execute(this.#db)
  }

  get<K extends keyof Kinds>(kind: K, id: string): Promise<Kinds[K] | null> {
    return readSetting<Kinds[K]>(this.#db, keyOf(kind, id))
  }

  put<K extends keyof Kinds>(kind: K, id: string, value: Kinds[K]): Promise<void> {
    return writeSetting(this.#db, keyOf(kind, id), value)
  }

  async forget(kind: keyof Kinds, id: string): Promise<void> {
    await this.#db.deleteFrom('instance_settings').where('key', '=', keyOf(kind, id)).execute()
  }

  async all<K extends keyof Kinds>(kind: K): Promise<Kinds[K][]> {
    const { rows } = await sql<{ value: Kinds[K] }>`
      select value from instance_settings where starts_with(key, ${keyOf(kind, '')}) order by key`.execute(
      this.#db,
    )
    return rows.map(({ value }) => value)
  }

  /** Removes what nobody can use any more. */
  async prune(now: number): Promise<void> {
    await sql`
      delete from instance_settings
      where (starts_with(key, ${keyOf('page', '')}) or starts_with(key, ${keyOf('state', '')}))
        and (value ->> 'expiresAt')::bigint < ${now}`.execute(this.#db)
  }
}

const keyOf = (kind: keyof Kinds, id: string): string => `${PREFIX}:${kind}:${id}`
