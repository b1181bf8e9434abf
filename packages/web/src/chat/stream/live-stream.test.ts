import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { StreamEvent } from '../../api/person/stream-events.ts'
import { type LinkStatus, type LiveStream, openLiveStream, pauseAfter } from './live-stream.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** A server that gives one answer after the other, and a stream of it that waits for nothing between its tries. */
async function bed(answers: readonly Answer[]) {
  let asked = 0
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const events: StreamEvent[] = []
  const statuses: LinkStatus[] = []
  const watchers = new Set<() => void>()
  const changed = (): void => {
    for (const look of watchers) look()
  }
  let stream: LiveStream | null = null
  opened.push(() => {
    stream?.stop()
    server.closeAllConnections()
    server.close()
  })
  return {
    events,
    statuses,
    open: () => {
      stream = openLiveStream({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/me/v1/stream`,
        fetch,
        wait: () => Promise.resolve(),
        random: () => 0.5,
        onSessionEnded: () => statuses.push('ended'),
        onEvent: (event) => {
          events.push(event)
          changed()
        },
        onStatus: (status) => {
          statuses.push(status)
          changed()
        },
      })
      return stream
    },
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!holds()) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
  }
}

const tell =
  (...events: string[]): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) response.write(event)
  }
const READY = 'event: ready\nid: 1\ndata: {}\n\n'
const READ = 'event: read\nid: 2\ndata: {"conversation_id":"c","read_sequence":3}\n\n'

test('after a break it goes on behind the last event that came', async () => {
  const asked: (string | undefined)[] = []
  const stream = await bed([
    (_, response) => {
      response.writeHead(200)
      response.end(READY + READ)
    },
    (request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined)
      tell('event: resync\nid: 3\ndata: {}\n\n')(request, response)
    },
  ])
  stream.open()
  await stream.until(() => stream.events.some(({ kind }) => kind === 'resync'))
  expect(stream.events.map(({ kind }) => kind)).toEqual(['ready', 'read', 'resync'])
  expect(asked).toEqual(['2'])
  expect(stream.statuses).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
})

test('it rests until it is nudged, and goes on where it was', async () => {
  const asked: (string | undefined)[] = []
  const closed = Promise.withResolvers<void>()
  const stream = await bed([
    (request, response) => {
      tell(READY, READ)(request, response)
      response.once('close', () => closed.resolve())
    },
    (request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined)
      tell('event: resync\nid: 3\ndata: {}\n\n')(request, response)
    },
  ])
  const live = stream.open()
  await stream.until(() => stream.events.length === 2)
  live.rest()
  await closed.promise
  live.rest()
  await setImmediate()
  expect(asked).toEqual([])
  live.nudge()
  await stream.until(() => stream.events.length === 3)
  expect(asked).toEqual(['2'])
  expect(stream.statuses).toEqual(['connecting', 'open', 'connecting', 'open'])
})

test('any answer but 200 is tried again; events that this page does not know are passed over', async () => {
  const stream = await bed([
    (_, response) => response.writeHead(503).end(),
    (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
    tell('event: novelty\nid: 1\ndata: {}\n\n', READ),
  ])
  stream.open()
  await stream.until(() => stream.events.length > 0)
  expect(stream.events.map(({ kind }) => kind)).toEqual(['read'])
})

test('an ended session is said, and not asked for again', async () => {
  let asked = 0
  const stream = await bed([
    (_, response) => {
      asked++
      response.writeHead(401).end()
    },
  ])
  stream.open()
  await stream.until(() => stream.statuses.includes('ended'))
  expect(asked).toBe(1)
})

test('pauses grow to half a minute, each a little different', () => {
  expect([1, 2, 3, 4, 5, 6, 9].map((failures) => pauseAfter(failures, 0.5))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ])
  expect(pauseAfter(1, 0)).toBe(750)
  expect(pauseAfter(1, 1)).toBe(1_250)
})
