import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import { withClient } from './embedded-connection.ts'

const APPLICATION = 'charsu present'
const RETRY_MS = 250

/** A connection that shows the other Charsu processes on this server that this one still needs it. */
export interface Presence {
  /** How many others show theirs; rejects when the server does not answer. */
  others(): Promise<number>
  close(): Promise<void>
}

/** Connects, and connects again after a restart of the server; at rest it does not keep the process alive. */
export async function showPresence(url: string): Promise<Presence> {
  const name = `${APPLICATION} ${randomUUID()}`
  let closed = false
  let socket = new Socket()
  let client = await connect(socket)
  socket.unref()

  async function connect(stream: Socket): Promise<pg.Client> {
    const fresh = new pg.Client({
      connectionString: url,
      stream: () => stream,
      application_name: name,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    fresh.on('error', () => {})
    await fresh.connect()
    fresh.once('end', reconnectLater)
    return fresh
  }

  function reconnectLater(): void {
    if (!closed) setTimeout(() => void reconnect(), RETRY_MS).unref()
  }

  async function reconnect(): Promise<void> {
    if (closed) return
    const stream = new Socket().unref()
    try {
      client = await connect(stream)
      socket = stream
      if (closed) await client.end()
    } catch {
      reconnectLater()
    }
  }

  return {
    // Asked over a fresh connection: this one may have been cut off a moment ago.
    others: () =>
      withClient(url, async (asking) => {
        const { rows } = await asking.query<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity
            where starts_with(application_name, $1) and application_name <> $2`,
          [APPLICATION, name],
        )
        return rows[0]?.count ?? 0
      }),
    async close() {
      closed = true
      socket.ref()
      await client.end().catch(() => {})
    },
  }
}
