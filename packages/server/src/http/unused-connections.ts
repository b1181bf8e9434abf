import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Ends connections over which nothing has come yet when the server closes. Browsers and HTTP clients open some in
 * advance, and Node.js takes them for requests under way, so each would hold up the end for as long as it may.
 */
export function endUnusedConnections(http: FastifyInstance): void {
  const sockets = new Set<Socket>()
  http.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  http.addHook('preClose', async () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  })
}
