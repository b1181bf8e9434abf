import { once } from 'node:events'
import { createServer } from 'node:net'
import { PRIVATE_ADDRESS } from './fault-node.ts'

export interface PrivateListener extends AsyncDisposable {
  /** Connections that came, which must be none. */
  connections: number
}

/** Something that only the inside may reach, on the port of the apps but at a private address. */
export async function startPrivateListener(port: number): Promise<PrivateListener> {
  const server = createServer((socket) => {
    listener.connections++
    socket.destroy()
  })
  const listener: PrivateListener = {
    connections: 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
  server.listen(port, PRIVATE_ADDRESS)
  await once(server, 'listening')
  return listener
}
