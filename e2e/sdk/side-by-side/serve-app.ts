import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AppUnderTest } from '../../../packages/sdk/src/testing/testing.ts'

export interface ServedApp {
  url: string
  answerWith(app: AppUnderTest): void
  close(): Promise<void>
}

/** A web-standard app behind Node's HTTP server on 127.0.0.1, whose address is known before the app is made. */
export async function serveApp(): Promise<ServedApp> {
  let app: AppUnderTest | undefined
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: incoming.headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    })
    const ask = typeof app === 'function' ? app : app?.fetch.bind(app)
    const response = await ask!(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith(given) {
      app = given
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
