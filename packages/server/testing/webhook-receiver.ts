import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders
  /** The raw body. */
  body: string
  json: { type: string; new_message?: { id: string; text: string; conversation: { id: string } } }
  text: string | undefined
}

/** Answers one call: a status, a status with headers, or nothing at all for 'hang'. */
export type WebhookAnswer =
  | number
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'hang'

export interface WebhookReceiver extends AsyncDisposable {
  url: string
  received: ReceivedWebhook[]
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

/** A real app on 127.0.0.1 that keeps what it hears; `answer` decides what it says, 200 by default. */
export async function startWebhookReceiver(
  answer: (call: ReceivedWebhook, index: number) => WebhookAnswer | Promise<WebhookAnswer> = () => 200,
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  let open = 0
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const json: ReceivedWebhook['json'] = JSON.parse(body)
    const call = { headers: request.headers, body, json, text: json.new_message?.text }
    received.push(call)
    const said = await answer(call, received.length - 1)
    if (said === 'hang') return
    if (typeof said === 'number') return response.writeHead(said).end()
    response.writeHead(said.status, said.headers).end(said.body)
  })
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => open--)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    open: () => open,
    close,
    [Symbol.asyncDispose]: close,
  }
}
