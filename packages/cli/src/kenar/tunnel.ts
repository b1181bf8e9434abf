import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Authority } from './authority.ts'
import type { ProxyError } from './proxy-error.ts'

/** Connects to a host that is none of ours; rejects when it cannot be reached. */
export type Dial = (to: Authority) => Promise<Socket>

/** Dials the host itself. */
export const dialDirectly: Dial = ({ hostname, port }) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, allowHalfOpen: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })

/** Makes the connections of plain HTTP as those of tunnels are made. */
export function dialingAgent(dial: Dial): Agent {
  const agent = new Agent({ keepAlive: true })
  agent.createConnection = (options, done) => {
    const { host, port } = options as { host?: string; port?: number | string }
    dial({ hostname: host ?? '', port: Number(port) }).then(
      (socket) => done?.(null, socket),
      (error: Error) => (done as ((error: Error) => void) | undefined)?.(error),
    )
    return undefined
  }
  return agent
}

/** Opens a tunnel that was asked for by CONNECT. */
export function tunnel(client: Socket, head: Buffer, upstream: Socket): void {
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
  join(client, head, upstream)
}

/**
 * Joins two sockets: every byte of each goes to the other, and neither outlives it for long.
 * @param head what the client has sent already.
 */
export function join(client: Socket, head: Buffer, upstream: Socket): void {
  if (client.destroyed) {
    upstream.destroy()
    return
  }
  if (head.length > 0) upstream.write(head)
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.on('error', () => to.destroy())
    // What has come so far still goes out.
    from.on('close', () => to.destroySoon())
    from.pipe(to)
  }
}

export const unreachable = (name: string, error: NodeJS.ErrnoException): ProxyError => ({
  codeName: 'UNAVAILABLE',
  http: 502,
  reason: 'HOST_UNREACHABLE',
  message: `${name} could not be reached (${error.code || error.message}): it is none of Kenar's hosts, so it is called as it is; see whether it runs and whether this machine gets to it`,
})
