import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface AppCall {
  path: string
  headers: http.IncomingHttpHeaders
  body: Record<string, unknown>
}

/** A status and the text of the answer, empty by default. */
export interface AppReply {
  status?: number
  text?: string
}

export interface HandlerApp extends AsyncDisposable {
  url: string
  received: AppCall[]
  /** Calls that wait for their answer now. */
  underWay(): number
}

/** An app on 127.0.0.1 that answers each call when `handle` has. */
export async function startHandlerApp(
  handle: (call: AppCall) => AppReply | Promise<AppReply>,
): Promise<HandlerApp> {
  const received: AppCall[] = []
  let underWay = 0
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const call = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text || '{}') }
    received.push(call)
    underWay++
    const { status = 200, text: answer = '' } = await handle(call)
    underWay--
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    underWay: () => underWay,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Lets nobody on before `parties` have arrived, and everybody from then on. */
export function barrier(parties: number): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    if (++arrived >= parties) open.resolve()
    return open.promise
  }
}
