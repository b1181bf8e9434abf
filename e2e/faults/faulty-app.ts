import { once } from 'node:events'
import http from 'node:http'
import net, { type Socket } from 'node:net'
import { freePort } from '../../packages/server/src/db/free-port.ts'
import { answer, type Behaviour, TAKES } from './behaviour.ts'
import { PUBLIC_ADDRESS } from './fault-node.ts'

/** One call that came in whole. */
export interface Arrival {
  /** The path, by which apps behind the one server are told apart. */
  app: string
  webhookId: string
  /** The number of the attempt, as the call itself says. */
  attempt: number
  body: string
  messageId: string
  conversationId: string
  text: string
  /** How often this webhook-id had come before, from 0. */
  repeat: number
  /** Place among everything that arrived or was answered, so that all can be put in order. */
  arrivedAt: number
  /** Place of the 2xx, once it has been said. */
  takenAt: number | null
}

export interface FaultyApp extends AsyncDisposable {
  /** URL of the app of this name, by its address or by a name that DNS knows. */
  url(app: string, host?: string): string
  port: number
  arrivals: Arrival[]
  /** Decides on each call; 'ok' to all at first. */
  behave(how: (arrival: Arrival) => Behaviour | Promise<Behaviour>): void
  /** Takes the next new connection and never reads from it; resolves when it is there. Ends it on `release`. */
  holdConnection(): { reached: Promise<void>; release(): void }
  /** Never answers the next call; resolves when it has come. */
  holdAnswer(): { reached: Promise<void>; release(): void }
  /** Refuses connections until `listen`; those that stand are cut. */
  refuse(): Promise<void>
  listen(): Promise<void>
  /** Bytes of answers that were sent, floods included. */
  bytesSent(): number
}

/** Apps that make faults: all of them behind one server on the public address of these tests. */
export async function startFaultyApp(): Promise<FaultyApp> {
  const arrivals: Arrival[] = []
  const repeats = new Map<string, number>()
  const sockets = new Set<Socket>()
  const gates: ((socket: Socket) => void)[] = []
  const silences: (() => void)[] = []
  let order = 0
  let sent = 0
  let behave: (arrival: Arrival) => Behaviour | Promise<Behaviour> = () => 'ok'

  const calls = http.createServer(async (request, response) => {
    response.on('error', () => {})
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const body = Buffer.concat(chunks).toString()
    const { new_message: message } = JSON.parse(body)
    const webhookId = String(request.headers['webhook-id'])
    const repeat = repeats.get(webhookId) ?? 0
    repeats.set(webhookId, repeat + 1)
    const arrival: Arrival = {
      app: (request.url ?? '').slice(1),
      webhookId,
      attempt: Number(request.headers['charsu-attempt']),
      body,
      messageId: message.id,
      conversationId: message.conversation.id,
      text: message.text,
      repeat,
      arrivedAt: order++,
      takenAt: null,
    }
    arrivals.push(arrival)
    const silence = silences.shift()
    if (silence) return silence()
    const behaviour = await behave(arrival)
    if (TAKES.has(behaviour)) arrival.takenAt = order++
    answer(behaviour, response, port)
  })
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      sent += socket.bytesWritten
    })
    const gate = gates.shift()
    if (gate) gate(socket)
    else calls.emit('connection', socket)
  })
  const listen = async (): Promise<void> => {
    server.listen(port, PUBLIC_ADDRESS)
    await once(server, 'listening')
  }
  const refuse = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }
  const port = await freePort()
  await listen()
  return {
    url: (app, host = PUBLIC_ADDRESS) => `http://${host}:${port}/${app}`,
    port,
    arrivals,
    behave(how) {
      behave = how
    },
    holdConnection() {
      const reached = Promise.withResolvers<void>()
      let held: Socket | undefined
      // Otherwise the next call may come on a connection that stands already.
      for (const socket of sockets) socket.destroy()
      gates.push((socket) => {
        held = socket
        reached.resolve()
      })
      return { reached: reached.promise, release: () => held?.destroy() }
    },
    holdAnswer() {
      const reached = Promise.withResolvers<void>()
      silences.push(reached.resolve)
      return { reached: reached.promise, release() {} }
    },
    refuse,
    listen,
    bytesSent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, sent),
    async [Symbol.asyncDispose]() {
      if (server.listening) await refuse()
      calls.close()
    },
  }
}
