import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request as it came. */
export interface Received {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
}

export type Answer = (response: ServerResponse, received: Received) => void

export interface ScriptedServer extends AsyncDisposable {
  url: string
  received: Received[]
}

/** A real server on loopback that answers by a script, the last answer again and again. */
export async function scriptedServer(...answers: readonly Answer[]): Promise<ScriptedServer> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(received.length, answers.length - 1)]
    const what = await read(request)
    received.push(what)
    answer?.(response, what)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url = '', headers } = request
  return { method, url, headers, body: Buffer.concat(chunks).toString() }
}

/** JSON with a status. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

/** A page such as proxies have. */
export const page =
  (status: number, text: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers })
    response.end(text)
  }

/** The connection is closed before any answer. */
export const hangUp: Answer = (response) => {
  response.socket?.destroy()
}

/** Headers that promise more than comes before the connection breaks. */
export const half =
  (text: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length * 2) })
    response.write(text, () => response.socket?.destroy())
  }

/** No answer ever. */
export const silence: Answer = () => {}

/** An error in the contract's form. */
export const refusal = (
  status: number,
  code: number,
  message: string,
  { reason, metadata, violations }: RefusalDetails = {},
  headers: Record<string, string> = {},
): Answer =>
  json(
    status,
    {
      code,
      message,
      details: [
        ...(violations
          ? [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', field_violations: violations }]
          : []),
        ...(reason
          ? [
              {
                '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
                reason,
                domain: 'charsu',
                ...(metadata && { metadata }),
              },
            ]
          : []),
      ],
    },
    headers,
  )

export interface RefusalDetails {
  reason?: string
  metadata?: Record<string, string>
  violations?: { field: string; description: string }[]
}
