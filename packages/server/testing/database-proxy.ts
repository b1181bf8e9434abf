import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface DatabaseProxy extends AsyncDisposable {
  /** The database's URL through the proxy. */
  url: string
  /** Passes nothing on any more, in either direction, for connections of this application name; keeps them open. */
  swallow(applicationName: string): void
  /** Drops notifications on their way to connections of this application name, as a pooler does. */
  dropNotifications(applicationName: string): void
  /** New connections get through again; those that were swallowed stay as they are. */
  heal(): void
  /** Connections taken so far of this application name. */
  taken(applicationName: string): number
}

const NOTIFICATION = 'A'.charCodeAt(0)
const HEADER_BYTES = 5

/** A man in the middle of connections to a PostgreSQL that speaks without TLS. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const swallowed = new Set<string>()
  const deafened = new Set<string>()
  const names: string[] = []
  const sockets = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    return socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer((inward) => {
    track(inward)
    const outward = track(connect(Number(target.port), target.hostname))
    let name: string | undefined
    let isSwallowed = (): boolean => false
    let filter = (chunk: Buffer): Buffer => chunk
    inward.on('data', (chunk) => {
      if (name === undefined) {
        name = applicationName(chunk)
        names.push(name)
        const own = name
        let stuck = false
        isSwallowed = () => {
          stuck ||= swallowed.has(own)
          return stuck
        }
        const drop = dropper()
        filter = (answer) => drop(answer, deafened.has(own))
      }
      if (!isSwallowed()) outward.write(chunk)
    })
    outward.on('data', (chunk) => {
      const passed = filter(chunk)
      if (!isSwallowed() && passed.length > 0) inward.write(passed)
    })
    inward.once('close', () => outward.destroy())
    outward.once('close', () => {
      if (!isSwallowed()) inward.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    swallow: (of) => void swallowed.add(of),
    dropNotifications: (of) => void deafened.add(of),
    heal() {
      swallowed.clear()
      deafened.clear()
    },
    taken: (of) => names.filter((each) => each === of).length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of the first packet: length, protocol version, then names and values, each ended by a zero. */
function applicationName(startup: Buffer): string {
  const words = startup.subarray(8).toString().split('\0')
  return words[words.indexOf('application_name') + 1] ?? ''
}

/** Cuts the server's bytes into messages, one type byte and a length each, and leaves out notifications. */
function dropper(): (chunk: Buffer, drop: boolean) => Buffer {
  let rest = Buffer.alloc(0)
  return (chunk, drop) => {
    rest = Buffer.concat([rest, chunk])
    const kept: Buffer[] = []
    while (rest.length >= HEADER_BYTES) {
      const length = 1 + rest.readInt32BE(1)
      if (rest.length < length) break
      if (!drop || rest[0] !== NOTIFICATION) kept.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    return Buffer.concat(kept)
  }
}
