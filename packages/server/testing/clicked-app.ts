import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A call as it came over the wire. */
export interface AppCallReceived {
  path: string
  /** `Name: value`, in the spelling received. */
  headerLines: string[]
  /** By name in lower case. */
  headers: Record<string, string>
  /** The raw body. */
  text: string
  body: Record<string, unknown>
}

export interface AppAnswer {
  status?: number
  headers?: Record<string, string>
  /** JSON unless it is text or bytes already. */
  body?: unknown
}

export interface ClickedAppServer {
  url: string
  received: AppCallReceived[]
  close(): Promise<void>
}

/** A real app on 127.0.0.1: `answer` decides what it says to the nth call; 'hang' says nothing ever. */
export async function startClickedApp(
  answer: (call: AppCallReceived, index: number) => AppAnswer | 'hang' | Promise<AppAnswer | 'hang'>,
): Promise<ClickedAppServer> {
  const received: AppCallReceived[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const pairs = request.rawHeaders
    const headerLines = pairs.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${pairs[i + 1]}`] : []))
    const call: AppCallReceived = {
      path: request.url ?? '',
      headerLines,
      headers: request.headers as Record<string, string>,
      text,
      body: JSON.parse(text),
    }
    received.push(call)
    const said = await answer(call, received.length - 1)
    if (said === 'hang') return
    const { status = 200, headers = { 'content-type': 'application/json' }, body } = said
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body ?? {})
    response.writeHead(status, headers).end(status === 204 ? undefined : bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
