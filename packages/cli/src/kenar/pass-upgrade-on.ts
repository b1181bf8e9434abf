import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { passedOn } from './header-list.ts'
import { refuseTunnel } from './proxy-error.ts'
import { join } from './tunnel.ts'

interface UpgradeRequest {
  request: IncomingMessage
  socket: Socket
  head: Buffer
}

/** Passes a WebSocket, or what else a connection turns into, on to the app: live reload of development servers. */
export function passUpgradeOn(
  app: { port: number; headers(passed: string[]): string[] },
  { request, socket, head }: UpgradeRequest,
): void {
  const outgoing = httpRequest({
    host: 'localhost',
    port: app.port,
    path: request.url ?? '/',
    method: request.method ?? 'GET',
    headers: [
      ...app.headers(passedOn(request.rawHeaders)),
      ...['Connection', 'Upgrade'],
      ...['Upgrade', request.headers.upgrade ?? 'websocket'],
    ],
  })
  outgoing.on('upgrade', (answer, upstream, first) => {
    socket.write(headOf(answer))
    if (first.length > 0) socket.write(first)
    join(socket, head, upstream as Socket)
  })
  outgoing.on('response', (answer) => {
    // The app does not want to: what it says instead ends the connection.
    socket.write(headOf(answer))
    answer.pipe(socket)
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) =>
    refuseTunnel(socket, {
      codeName: 'UNAVAILABLE',
      http: 502,
      reason: 'APP_AWAY',
      message: `the app does not answer at port ${app.port} (${error.code || error.message})`,
    }),
  )
  socket.on('error', () => outgoing.destroy())
  socket.on('close', () => outgoing.destroy())
  outgoing.end()
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // Node has taken the chunks apart.
    if (rawHeaders[i]?.toLowerCase() !== 'transfer-encoding')
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}
