import type pg from 'pg'
import { SECTIONS } from './schema-queries.ts'

/**
 * The whole schema as text: the same for the same migrations on every PostgreSQL from 15 on, whatever order
 * things were made in. It is compared with the committed one, so that a change of the schema is seen as such.
 */
export async function dumpSchema(pool: pg.Pool): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query('begin read only')
    // Names are printed with their schema when it is not on the search path.
    await client.query("set local search_path = 'public'")
    const blocks: string[] = []
    for (const section of SECTIONS) {
      const { rows } = await client.query<{ block: string }>(section)
      blocks.push(...rows.map(({ block }) => block))
    }
    return `${blocks.join('\n\n')}\n`
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** Lines that only one of two texts has, the first's marked with `-`, the second's with `+`; empty when equal. */
export function differingLines(committed: string, found: string): string[] {
  if (committed === found) return []
  const [before, after] = [committed.split('\n'), found.split('\n')]
  const [inBefore, inAfter] = [new Set(before), new Set(after)]
  const lines = [
    ...before.filter((line) => !inAfter.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !inBefore.has(line)).map((line) => `+ ${line}`),
  ]
  return lines.length > 0 ? lines : ['the same lines in another order']
}
