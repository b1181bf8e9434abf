import { expect, test } from 'vitest'
import { startProgram } from '../../examples/visit-planner/demo/child-process.ts'
import { createTestDatabase } from '../../packages/server/testing/test-database.ts'
import { TEST_HOST_KEY } from '../../packages/server/testing/test-server.ts'
import { MAIN, nodeEnvironment } from './node-process.ts'

test('production tells the port that it took, which its public address does not say', async () => {
  await using database = await createTestDatabase({ max: 3 })
  const settings = {
    CHARSU_MODE: 'production',
    CHARSU_PUBLIC_URL: 'https://charsu.example',
    CHARSU_HOST: '127.0.0.1',
  }
  const program = await startProgram({
    name: 'Charsu',
    script: MAIN,
    env: nodeEnvironment(database.url, settings),
    readyLine: /ready at https:\/\/charsu\.example \(port (\d+)\)$/,
  })
  try {
    const status = async (path: string, headers = {}) =>
      (await fetch(`http://127.0.0.1:${program.ready}${path}`, { headers })).status
    expect(await status('/readyz')).toBe(200)
    expect(await status('/metrics')).toBe(401)
    expect(await status('/metrics', { authorization: `Bearer ${TEST_HOST_KEY}` })).toBe(200)
  } finally {
    await program.stop()
  }
}, 60_000)
