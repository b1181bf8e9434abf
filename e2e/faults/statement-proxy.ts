import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Where a statement stands still: before PostgreSQL has it, or when it is committed and its client knows nothing. */
export type HoldAt = 'request' | 'answer'

export interface Hold {
  /** Resolves when a statement stands still here. */
  reached: Promise<void>
  /** Lets it go on; what was held for a client that is gone meanwhile is dropped. */
  release(): void
}

export interface StatementProxy extends AsyncDisposable {
  /** The database's URL through the proxy. */
  url: string
  /** Stops the next use of this named statement; of answers, the next that has rows. */
  hold(statement: string, at: HoldAt): Hold
  /** Ends all connections that are open now. */
  cut(): void
}

interface PendingHold {
  statement: string
  at: HoldAt
  reach(): void
  released: Promise<void>
}

const BIND = 'B'
const READY_FOR_QUERY = 'Z'
const DATA_ROW = 'D'
/** Come on their own, between answers. */
const UNASKED = new Set(['A', 'N', 'S'])
const TYPE_BYTES = 1

/**
 * A man in the middle of connections to PostgreSQL who can stop a node at a step of its work that has no other
 * visible end: it looks at the names of the statements that pass. Nothing of the node itself is replaced.
 */
export async function startStatementProxy(databaseUrl: string): Promise<StatementProxy> {
  const target = new URL(databaseUrl)
  const holds: PendingHold[] = []
  const sockets = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    return socket.once('close', () => sockets.delete(socket))
  }
  const take = (statement: string, at: HoldAt): PendingHold | undefined => {
    const place = holds.findIndex((hold) => hold.statement === statement && hold.at === at)
    return place < 0 ? undefined : holds.splice(place, 1)[0]
  }
  const server = createServer((inward) => {
    track(inward)
    const outward = track(connect(Number(target.port), target.hostname))
    relay(inward, outward, take)
    inward.once('close', () => outward.destroy())
    outward.once('close', () => inward.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    hold(statement, at) {
      const reached = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      holds.push({ statement, at, reach: reached.resolve, released: released.promise })
      return { reached: reached.promise, release: released.resolve }
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function relay(
  inward: Socket,
  outward: Socket,
  take: (statement: string, at: HoldAt) => PendingHold | undefined,
): void {
  let statement = ''
  let starting = true
  let answer: Buffer[] = []
  let hasRows = false
  const toServer = inOrder(outward)
  const toClient = inOrder(inward)

  const requests = splitter({ startup: true })
  inward.on('data', (chunk) => {
    for (const message of requests(chunk)) {
      if (typeOf(message) === BIND) {
        statement = boundStatement(message)
        toServer.waitFor(take(statement, 'request'))
      }
      toServer.write(message)
    }
  })

  const answers = splitter({ startup: false })
  outward.on('data', (chunk) => {
    for (const message of answers(chunk)) {
      const type = typeOf(message)
      if (starting || UNASKED.has(type)) {
        if (type === READY_FOR_QUERY) starting = false
        toClient.write(message)
        continue
      }
      answer.push(message)
      hasRows ||= type === DATA_ROW
      // What ends an answer is sent after the commit.
      if (type !== READY_FOR_QUERY) continue
      if (hasRows) toClient.waitFor(take(statement, 'answer'))
      toClient.write(Buffer.concat(answer))
      answer = []
      hasRows = false
    }
  })
  // The last words of a server that ends the connection.
  outward.once('end', () => toClient.write(Buffer.concat(answer)))
}

/** Writes in the order of the calls, and nothing behind a hold before it is released. */
function inOrder(socket: Socket) {
  let turn: Promise<void> | undefined
  const write = (bytes: Buffer): void => {
    if (!socket.destroyed) socket.write(bytes)
  }
  return {
    waitFor(hold: PendingHold | undefined): void {
      if (!hold) return
      hold.reach()
      const held = Promise.all([turn, hold.released]).then(() => {
        if (turn === held) turn = undefined
      })
      turn = held
    },
    write(bytes: Buffer): void {
      if (turn === undefined) {
        write(bytes)
        return
      }
      const written = turn.then(() => {
        write(bytes)
        if (turn === written) turn = undefined
      })
      turn = written
    },
  }
}

const typeOf = (message: Buffer): string => String.fromCharCode(message[0] ?? 0)

/** Of a Bind message: the portal's name, then the statement's, each ended by a zero. */
function boundStatement(message: Buffer): string {
  const names = message.subarray(TYPE_BYTES + 4)
  const afterPortal = names.indexOf(0) + 1
  return names.subarray(afterPortal, names.indexOf(0, afterPortal)).toString()
}

/** Cuts bytes into messages: a type byte, which the very first of a client lacks, and a length that counts itself. */
function splitter({ startup }: { startup: boolean }): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let typeBytes = startup ? 0 : TYPE_BYTES
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const messages: Buffer[] = []
    while (rest.length >= typeBytes + 4) {
      const length = typeBytes + rest.readInt32BE(typeBytes)
      if (rest.length < length) break
      messages.push(rest.subarray(0, length))
      rest = rest.subarray(length)
      typeBytes = TYPE_BYTES
    }
    return messages
  }
}
