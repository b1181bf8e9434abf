import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server whose answers the runtime story knows: it refuses, recovers, hangs or babbles, by the path's first part. */
export async function startRuntimeServer(): Promise<{ origin: string; close(): Promise<void> }> {
  const attemptsByKey = new Map<string, number>()
  const server = createServer((request, response) => {
    const [, manner] = request.url?.split('/') ?? []
    if (manner === 'refuses') refuse(response)
    else if (manner === 'recovers') recover(attemptsByKey, request, response)
    else if (manner === 'babbles') response.end('<html>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function refuse(response: ServerResponse): void {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'SCOPE_MISSING',
    domain: 'charsu',
    metadata: { scope: 'USER_ID' },
  }
  response.writeHead(403, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ code: 7, message: 'the token lacks the scope USER_ID', details: [info] }))
}

/** Fails the first attempt under a key, and answers the second with how many it saw. */
function recover(
  attemptsByKey: Map<string, number>,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const key = String(headers['idempotency-key'])
  const attempts = (attemptsByKey.get(key) ?? 0) + 1
  attemptsByKey.set(key, attempts)
  response.writeHead(attempts === 1 ? 503 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ status: 200, message: 'success', message_id: `attempts: ${attempts}` }))
}
