import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfigError } from '../../packages/server/src/config.ts'
import {
  addConversation,
  addEndpoint,
  finishedDeliveries,
  send,
  subscribe,
} from '../../packages/server/testing/delivery-fixture.ts'
import {
  SELF_SIGNED_CERTIFICATE,
  SELF_SIGNED_KEY,
} from '../../packages/server/testing/self-signed-certificate.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { createTestDatabase, type TestDatabase } from '../../packages/server/testing/test-database.ts'
import { startTestServer } from '../../packages/server/testing/test-server.ts'
import { waitFor } from '../../packages/server/testing/wait-for.ts'

const OUTBOUND = join(import.meta.dirname, '../../packages/server/src/outbound')

/** An app behind a certificate that no public authority vouches for. */
let app: https.Server
let url: string
let folder: TemporaryFolder
let authority: string
let database: TestDatabase
beforeAll(async () => {
  folder = await temporaryFolder()
  authority = join(folder.path, 'authority.pem')
  await writeFile(authority, SELF_SIGNED_CERTIFICATE)
  database = await createTestDatabase()
  app = https.createServer({ key: SELF_SIGNED_KEY, cert: SELF_SIGNED_CERTIFICATE }, (_request, response) =>
    response.end(),
  )
  app.listen(0, '127.0.0.1')
  await once(app, 'listening')
  url = `https://app.test:${(app.address() as AddressInfo).port}/events`
})
afterAll(async () => {
  app.closeAllConnections()
  app.close()
  await database.drop()
  await folder[Symbol.asyncDispose]()
})

test('events reach an app whose certificate comes from the operator’s own authority', async () => {
  await using _node = await startTestServer({
    database,
    config: { egressCa: authority },
    deps: { resolver: async () => ['127.0.0.1'] },
  })
  const endpoint = await addEndpoint(database.pool, url)
  const conversation = await addConversation(database.pool)
  await subscribe(database.pool, endpoint, conversation.supplierId)
  await send(database.pool, conversation, ['hello'])
  const [delivery] = await waitFor(async () => {
    const finished = await finishedDeliveries(database.pool, endpoint.endpointId)
    return finished.length > 0 ? finished : null
  })
  expect(delivery).toMatchObject({ state: 'delivered', attempts: 1 })
})

test('a node does not start with an authority file that it cannot use, and says which and why', async () => {
  const missing = join(folder.path, 'missing.pem')
  const error = await startTestServer({ database, config: { egressCa: missing } }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as Error).message).toMatch(/CHARSU_EGRESS_CA names ".*missing\.pem", which cannot be read/)
})

test('NODE_EXTRA_CA_CERTS is trusted too, with and without another authority', async () => {
  const other = join(folder.path, 'other.pem')
  await writeFile(other, rootCertificates[0] ?? '')
  const callOnce = `
    const at = (file) => import(${JSON.stringify(`${pathToFileURL(OUTBOUND).href}/`)} + file)
    const [{ createOutbound }, { createAddressGuard }, { readAuthorities }] =
      await Promise.all([at('call-app.ts'), at('address-guard.ts'), at('authorities.ts')])
    const [url, path] = process.argv.slice(1)
    const outbound = createOutbound({
      guard: createAddressGuard({ allowEverything: true }),
      authorities: await readAuthorities(path || null),
      clock: { now: Date.now, monotonic: () => performance.now() },
      log: { warn() {} },
      resolver: async () => ['127.0.0.1'],
    })
    const outcome = await outbound.call({ url, headers: {}, body: '', deadlineMs: 5000 })
    process.stdout.write(String(outcome.status ?? outcome.reason))
    await outbound.close()`
  const run = async (extra: string, path: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', callOnce, url, path],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: extra } },
    )
    return stdout
  }
  expect(await run(authority, '')).toBe('200')
  expect(await run(authority, other)).toBe('200')
  expect(await run('', other)).toContain('self-signed')
})
