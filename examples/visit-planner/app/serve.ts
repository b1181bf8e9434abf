import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { VisitPlanner } from './visit-planner.ts'
import { bodyToShow, headersToShow, pathToShow, type WireLog } from './wire-log.ts'

const MAX_BODY_BYTES = 1024 * 1024

/** Carries requests from node:http to the app's handler, and tells the log of each. */
export function serve(app: VisitPlanner, publicUrl: string, log: WireLog): Server {
  return createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming)
    if (body === undefined) {
      outgoing.writeHead(413).end()
      return
    }
    const headers = new Headers(
      Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      ),
    )
    const method = incoming.method ?? 'GET'
    const response = await app.handle(
      new Request(new URL(incoming.url ?? '/', publicUrl), { method, headers }),
      body,
    )
    const answer = await response.text()
    log({
      way: 'received',
      method,
      path: pathToShow(incoming.url ?? '/'),
      headers: headersToShow(headers),
      body: bodyToShow(body, headers.get('content-type')),
      status: response.status,
      answer: bodyToShow(answer, response.headers.get('content-type')),
    })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(answer)
  })
}

async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
