import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, startProgram } from '../../examples/visit-planner/demo/child-process.ts'
import { NO_LIMITS } from '../../packages/server/testing/no-limits.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'

export const MAIN = join(import.meta.dirname, '../../packages/server/src/main.ts')

export interface NodeProcess extends Program {
  /** Origin. */
  url: string
}

/** What every program of these tests is started with. */
export const nodeEnvironment = (
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  // Many starts of one program: each would spend a second or two on compiling it again.
  NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
  DATABASE_URL: databaseUrl,
  CHARSU_PORT: '0',
  CHARSU_HOST_KEY: TEST_HOST_KEY,
  // The server of the tests has a hundred for all of them.
  CHARSU_DATABASE_CONNECTIONS: '5',
  CHARSU_LOG_LEVEL: 'silent',
  ...NO_LIMITS,
  ...more,
})

/** Charsu in a process of its own, or in several, over a database that others use too. */
export async function startNodeProcess(
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const program = await startProgram({
    name: 'Charsu',
    script: MAIN,
    env: nodeEnvironment(databaseUrl, more),
    readyLine: /ready at (\S+)/,
  })
  return { ...program, url: program.ready }
}
