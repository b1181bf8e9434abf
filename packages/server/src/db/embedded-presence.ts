import { Socket } from 'node:net'
import pg from 'pg'

const APPLICATION = 'charsu present'
const RETRY_MS = 250

/** A connection that shows the other Charsu processes on this server that this one still needs it. */
export interface Presence {
  /** How many other processes show theirs. */
  others(): Promise<number>
  close(): Promise<void>
}

/** Connects, and connects again after a restart of the server; at rest it does not keep the process alive. */
export async function showPresence(url: string): Promise<Presence> {
  let closed = false
  let socket = new Socket()
  let client = await connect(socket)
  socket.unref()

  async function connect(stream: Socket): Promise<pg.Client> {
    const fresh = new pg.Client({
      connectionString: url,
      stream: () => stream,
      application_name: APPLICATION,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
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
    async others() {
      socket.ref()
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
        [APPLICATION],
      )
      return rows[0]?.count ?? 0
    },
    async close() {
      closed = true
      socket.ref()
      await client.end().catch(() => {})
    },
  }
}
