import { setTimeout as delay } from 'node:timers/promises'
import { CommandError } from './command-error.ts'
import { type DevClient, readAnswer } from './dev-client.ts'
import type { TrafficRecord } from './development-shapes.ts'
import { serverSentEvents } from './server-sent-events.ts'

export interface TrafficStreamOptions {
  app?: string | undefined
  signal: AbortSignal
  /** Called when the stream was lost, once until it is there again. */
  onLost?: (reason: string) => void
  /** Called when nothing is missed from now on; at the first time too. */
  onConnected?: () => void
  /** Called when the stream was away for so long that exchanges in between are kept no more. */
  onMissed?: () => void
  /** How long to wait before the next try, in milliseconds, by the number of tries that failed in a row. */
  waitMs?: (tries: number) => number
}

const LONGEST_WAIT_MS = 5_000
const usualWait = (tries: number): number => Math.min(LONGEST_WAIT_MS, 100 * 2 ** tries)

/**
 * Everything between platform and apps from now on, each once and in order: a stream that breaks is taken up where it
 * ended. Ends with the signal.
 * @throws CommandError when the first try finds no Charsu, or one that has no such stream.
 */
export async function* trafficStream(
  client: DevClient,
  { app, signal, onLost, onConnected, onMissed, waitMs = usualWait }: TrafficStreamOptions,
): AsyncGenerator<TrafficRecord> {
  let lastId: string | undefined
  let wasThere = false
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const body = await open(client, { app, signal, lastId })
      wasThere = true
      tries = 0
      // Who takes up a stream is not told that it begins.
      if (lastId !== undefined) onConnected?.()
      for await (const { id, event, data } of serverSentEvents(body)) {
        if (id !== undefined) lastId = id
        if (event === 'ready') onConnected?.()
        if (event === 'resync') onMissed?.()
        if (event === 'exchange') yield JSON.parse(data) as TrafficRecord
      }
      if (!signal.aborted) onLost?.('the stream ended')
    } catch (error) {
      if (signal.aborted) return
      if (!wasThere) throw error
      if (tries === 0) onLost?.((error as Error).message)
    }
    await delay(waitMs(tries), undefined, { signal }).catch(() => {})
  }
}

async function open(
  client: DevClient,
  { app, signal, lastId }: { app: string | undefined; signal: AbortSignal; lastId: string | undefined },
): Promise<ReadableStream<Uint8Array>> {
  const query = app === undefined ? '' : `?app=${encodeURIComponent(app)}`
  const response = await client.request('GET', `/dev/v1/traffic/stream${query}`, {
    signal,
    headers: { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) },
  })
  if (!response.ok) await readAnswer(client.url, response)
  if (!response.body) throw new CommandError(`the Charsu at ${client.url} sent an empty stream`)
  return response.body
}
