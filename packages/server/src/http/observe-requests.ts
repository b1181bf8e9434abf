import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import { readTraceparent, type TraceContext, writeTraceparent } from './traceparent.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: string
  }
  interface FastifyRequest {
    span: RequestSpan | null
  }
}

/** A request whose answer has gone out, or whose client has left. */
export interface AnsweredRequest {
  /** The operation's id in the API description; null when no route took the request. */
  operation: string | null
  method: string
  /** The route's path with its `:parameters`, never the path as sent; null as above. */
  route: string | null
  requestId: string
  /** HTTP status; null when the client left before any answer. */
  status: number | null
  durationMs: number
}

/** The span of a request under way. */
export interface RequestSpan {
  /** What is done for this request continues from here. */
  readonly traceparent: string
  end(answered: AnsweredRequest): void
}

/** Who looks on; what is absent costs nothing. */
export interface RequestObserver {
  clock: Pick<Clock, 'monotonic'>
  onAnswered?(answered: AnsweredRequest): void
  startSpan?(method: string, parent: TraceContext | undefined): RequestSpan
}

/** Tells the observer of every request's begin and end. Register it before anything that may refuse a request. */
export function observeRequests(app: FastifyInstance, observer: RequestObserver): void {
  app.addHook('onRequest', (request, reply, next) => {
    const startedAt = observer.clock.monotonic()
    request.span = observer.startSpan?.(request.method, readTraceparent(request.headers.traceparent)) ?? null
    // Not Fastify's onResponse: that one is silent about a client that left, as every reader of a stream does.
    reply.raw.once('close', () => {
      const answered: AnsweredRequest = {
        operation: request.routeOptions.config?.operation ?? null,
        method: request.method,
        route: request.is404 ? null : (request.routeOptions.url ?? null),
        requestId: request.id,
        status: reply.raw.headersSent ? reply.raw.statusCode : null,
        durationMs: observer.clock.monotonic() - startedAt,
      }
      observer.onAnswered?.(answered)
      request.span?.end(answered)
    })
    next()
  })
}

/** What calls to apps made for this request carry on: our span, or the caller's own context when we trace nothing. */
export function traceparentOf(request: FastifyRequest): string | null {
  if (request.span) return request.span.traceparent
  const context = readTraceparent(request.headers.traceparent)
  return context ? writeTraceparent(context) : null
}
