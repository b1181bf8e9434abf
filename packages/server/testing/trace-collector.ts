import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it came to the collector. */
export interface CollectedSpan {
  traceId: string
  spanId: string
  /** Absent for the first span of a trace. */
  parentSpanId?: string
  name: string
  /** 2 of a server, 3 of a client. */
  kind: number
  /** 2 for an error. */
  status: { code?: number }
  attributes: Record<string, unknown>
  /** Of the process that sent it. */
  resource: Record<string, unknown>
}

export interface TraceCollector extends AsyncDisposable {
  /** For CHARSU_TRACES_URL. */
  url: string
  spans: CollectedSpan[]
}

interface Attribute {
  key: string
  value: Record<string, unknown>
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] }
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes' | 'resource'> & { attributes: Attribute[] })[] }[]
  }[]
}

const plain = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** A collector of OpenTelemetry on 127.0.0.1 that takes OTLP over HTTP as JSON and keeps every span. */
export async function startTraceCollector(answer: () => number = () => 200): Promise<TraceCollector> {
  const spans: CollectedSpan[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const status = answer()
    if (status === 200 && request.url === '/v1/traces') {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as ExportRequest
      for (const { resource, scopeSpans } of resourceSpans) {
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({
            ...span,
            attributes: plain(span.attributes),
            resource: plain(resource.attributes),
          })
        }
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
