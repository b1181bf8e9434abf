import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostClient } from '../testing/host-client.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { createLog } from './log.ts'

let logged = ''
let node: TestServer

beforeAll(async () => {
  const destination = {
    write(line: string) {
      logged += line
    },
  }
  node = await startTestServer({ log: createLog({ level: 'trace', destination }) })
})
afterAll(() => node.close())

test('when the database refuses a row, the log says which rule it broke and nothing that the row holds', async () => {
  await node.database.pool.query(
    `alter table users add constraint no_such_phone check (phone <> '+989120000000')`,
  )
  const person = { phone: '+989120000000', name: 'a private name' }
  const answer = await hostClient(node)('PUT', '/users/somebody', person)
  expect(answer.status).toBe(500)
  expect(logged).toContain('no_such_phone')
  expect(logged).toContain('"code":"23514"')
  for (const value of Object.values(person)) expect(logged).not.toContain(value)
})
