import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { ConsoleAnswer } from './console-client.ts'
import * as fixture from './marketplace-fixture.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

export type OperatorClient = <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ConsoleAnswer<T>>

/** Calls the operators' API over HTTP with a session; paths are relative to `/operator/v1`. */
export const operatorClient =
  (url: string, cookie: string): OperatorClient =>
  async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/operator/v1${path}`, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as T, text }
  }

/** A node for one test file, and for each test an operator who has done nothing yet. */
export function useOperatorBed(options: TestServerOptions = { config: { dispatcher: false } }) {
  let node: TestServer
  let operator: fixture.UserFixture
  let call: OperatorClient

  beforeAll(async () => {
    node = await startTestServer(options)
  })
  afterAll(() => node.close())
  beforeEach(async () => {
    operator = await fixture.addUser(node.db, { operator: true, name: 'پریسا کریمی' })
    call = operatorClient(node.url, operator.cookie)
  })
  return {
    get node() {
      return node
    },
    get operator() {
      return operator
    },
    /** As the operator. */
    get call() {
      return call
    },
    /** What this operator did, the newest first. */
    async actions(): Promise<Record<string, unknown>[]> {
      const { body } = await call<{ actions: Record<string, unknown>[] }>(
        'GET',
        `/actions?operator=${operator.hostId}`,
      )
      return body.actions
    },
  }
}
