import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The app that hears everything, in this process: it answers 200 at once and tells what it heard. */
export interface WebhookSink extends AsyncDisposable {
  url: string
}

/** The part of an event that tells messages apart; a relayed body has none of it. */
export interface Heard {
  new_message?: { id: string; sent_at: number }
}

export async function startSink(hear: (event: Heard) => void): Promise<WebhookSink> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      hear(JSON.parse(Buffer.concat(chunks).toString()))
      response.writeHead(200).end()
    })
  })
  // Longer than any pause between two rounds, so that no round begins with new connections.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
