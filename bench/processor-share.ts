import type { Pool } from 'pg'
import { round } from './figures.ts'
import { databaseTime, postmasterOf, processorTime } from './processor-time.ts'

/** Processor time of one exchange, in microseconds. */
export type Share = Record<'server' | 'serverMain' | 'database' | 'client', number>

/** Starts counting; the function returned says what each of so many exchanges since then took. */
export async function countProcessorTime(
  pool: Pool,
  serverPid: number,
): Promise<(exchanges: number) => Promise<Share>> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = await postmasterOf(rows[0]!.pid)
  const now = async () => ({
    server: await processorTime(serverPid),
    database: await databaseTime(postmaster),
    client: await processorTime(process.pid),
  })
  const before = await now()
  return async (exchanges) => {
    const after = await now()
    const each = (used: number): number => round(used / exchanges)
    return {
      server: each(after.server.all - before.server.all),
      serverMain: each(after.server.main - before.server.main),
      database: each(after.database.all - before.database.all),
      client: each(after.client.all - before.client.all),
    }
  }
}

export const totalOf = ({ server, database, client }: Share): number => server + database + client

export const shareText = ({ server, serverMain, database, client }: Share): string =>
  `server ${server} (main thread ${serverMain}), database ${database}, client and receiver ${client} us a message`
