import type { IncomingMessage } from 'node:http'

/** What a client that was refused may still send before the connection is cut: most have it under way already. */
const MOST_BYTES = 1024 * 1024
const LONGEST_MS = 5_000

/**
 * Reads on for a little when a request was answered before all of it had come, so that its sender can read the answer:
 * a connection that is closed over unread bytes takes the answer with it. Whoever goes on sending is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  let left = MOST_BYTES
  const cut = (): void => void request.destroy()
  const timer = setTimeout(cut, LONGEST_MS).unref()
  request.on('error', () => {})
  request.once('close', () => clearTimeout(timer))
  request.once('end', () => clearTimeout(timer))
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) cut()
  })
  request.resume()
}
