import type { ServerResponse } from 'node:http'
import { PRIVATE_ADDRESS } from './fault-node.ts'

/** What an app can do to a call that has reached it whole. */
export type Behaviour = keyof typeof BEHAVIOURS

type Answer = (response: ServerResponse, port: number) => unknown

const FLOOD_BYTES = 1024 ** 3
const FLOOD_CHUNK = Buffer.alloc(64 * 1024, 'x')
const DRIP_MS = 1_000
const ASKED_SECONDS = 2

/** Those that a node has to take for a success: it reads no more of an answer than it keeps. */
export const TAKES: ReadonlySet<Behaviour> = new Set(['ok', 'ok-once', 'flood'])

const BEHAVIOURS = {
  ok: (response) => response.writeHead(200).end(),
  /** And the next call has to dial again. */
  'ok-once': (response) => response.writeHead(200, { connection: 'close' }).end(),
  error: (response) => response.writeHead(500, { connection: 'close' }).end('broken'),
  /** 200, then a connection that breaks inside the body. */
  reset(response) {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.socket?.resetAndDestroy())
  },
  /** 200, then one byte a second. */
  drip(response) {
    response.writeHead(200).write('x')
    const timer = setInterval(() => response.write('x'), DRIP_MS)
    response.once('close', () => clearInterval(timer))
  },
  /** 200 with a body of 1 GB. */
  flood(response) {
    response.writeHead(200, { 'content-length': String(FLOOD_BYTES) })
    let left = FLOOD_BYTES
    const pour = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= FLOOD_CHUNK.length
        if (!response.write(FLOOD_CHUNK)) {
          response.once('drain', pour)
          return
        }
      }
      response.end()
    }
    pour()
  },
  silence() {},
  /** To the same port of a private address. */
  redirect: (response, port) =>
    response.writeHead(307, { location: `http://${PRIVATE_ADDRESS}:${port}/inside` }).end(),
  'busy-seconds': (response) => response.writeHead(429, { 'retry-after': String(ASKED_SECONDS) }).end(),
  'busy-date'(response) {
    const now = Date.now()
    const until = new Date(now + ASKED_SECONDS * 1000)
    response.writeHead(429, { date: new Date(now).toUTCString(), 'retry-after': until.toUTCString() }).end()
  },
  gone: (response) => response.writeHead(410).end(),
  refusal: (response) => response.writeHead(422).end(),
} as const satisfies Record<string, Answer>

export const answer = (behaviour: Behaviour, response: ServerResponse, port: number): void => {
  const how: Answer = BEHAVIOURS[behaviour]
  how(response, port)
}
