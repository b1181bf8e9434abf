import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node'
import type { ClickCallSpan, ClickCallTracer } from '../actions/click-call-tracer.ts'
import type { AttemptTracer } from '../delivery/attempt.ts'
import { webhookId } from '../delivery/delivery-id.ts'
import type { RequestSpan } from '../http/observe-requests.ts'
import { readTraceparent, type TraceContext, writeTraceparent } from '../http/traceparent.ts'
import { VERSION } from '../version.ts'
import { CountingExporter } from './counting-exporter.ts'

export interface TracingOptions {
  /** Where spans go, as OTLP over HTTP. */
  url: string
  /** Share of the traces that begin here and are kept, 0 to 1; others follow their caller. */
  ratio: number
  /** Names this process in its spans. */
  node: string
  onSpans(result: 'sent' | 'lost', spans: number): void
  log: { warn(fields: object, message: string): void }
}

export interface Tracing {
  /** Server spans of requests. */
  startRequest(method: string, parent: TraceContext | undefined): RequestSpan
  attempts: AttemptTracer
  clickCalls: ClickCallTracer
  /** Sends what is left; gives up within a few seconds. */
  close(): Promise<void>
}

const SEND_EVERY_MS = 1_000
const EXPORT_TIMEOUT_MS = 3_000
const CLOSE_TIMEOUT_MS = 3_000

/**
 * Spans of requests, attempts and calls of clicks. Contexts are passed by hand, as texts of W3C Trace Context: an
 * event outlives its request, so that no ambient context could carry it, and nothing global is set up.
 */
export function createTracing(options: TracingOptions): Tracing {
  const exporter = new CountingExporter(
    new OTLPTraceExporter({ url: options.url, timeoutMillis: EXPORT_TIMEOUT_MS }),
    options,
  )
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'charsu',
      'service.version': VERSION,
      'service.instance.id': options.node,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: SEND_EVERY_MS })],
  })
  const tracer = provider.getTracer('charsu', VERSION)
  return {
    startRequest: (method, parent) => requestSpan(tracer, method, parent),
    attempts: attemptTracer(tracer),
    clickCalls: clickCallTracer(tracer),
    close: () => within(CLOSE_TIMEOUT_MS, provider.shutdown()),
  }
}

/** The context of a caller's span, to be its child; without one a trace begins. */
function contextOf(parent: TraceContext | undefined): Context {
  if (!parent) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.spanId,
    traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  })
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return writeTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 })
}

function requestSpan(tracer: Tracer, method: string, parent: TraceContext | undefined): RequestSpan {
  const span = tracer.startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
    contextOf(parent),
  )
  return {
    traceparent: traceparentOf(span),
    end({ operation, route, requestId, status }) {
      if (route !== null) span.updateName(`${method} ${route}`).setAttribute('http.route', route)
      if (operation !== null) span.setAttribute('charsu.operation', operation)
      span.setAttribute('charsu.request.id', requestId)
      if (status !== null) span.setAttribute('http.response.status_code', status)
      if (status !== null && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

const attemptTracer = (tracer: Tracer): AttemptTracer => ({
  begin(delivery) {
    const { deliveryId, endpointId, eventType, attempts, replay } = delivery
    const span = tracer.startSpan(
      `deliver ${eventType}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': 'POST',
          'charsu.delivery.id': deliveryId,
          'charsu.webhook.id': webhookId(delivery.sourceId, delivery.subscriptionId),
          'charsu.endpoint.id': endpointId,
          'charsu.event.type': eventType,
          'charsu.delivery.attempt': attempts + 1,
          'charsu.delivery.replay': replay,
        },
      },
      contextOf(readTraceparent(delivery.traceparent)),
    )
    return {
      traceparent: traceparentOf(span),
      end({ outcome, reason, status, stage }) {
        span.setAttribute('charsu.delivery.outcome', outcome)
        if (reason !== null) span.setAttribute('charsu.delivery.reason', reason)
        endCall(span, status, stage)
      },
    }
  },
})

const clickCallTracer = (tracer: Tracer): ClickCallTracer => ({
  begin({ clickId, purpose, traceparent }): ClickCallSpan {
    const span = tracer.startSpan(
      `ask ${purpose}`,
      {
        kind: SpanKind.CLIENT,
        attributes: { 'http.request.method': 'POST', 'charsu.click.id': clickId },
      },
      contextOf(readTraceparent(traceparent)),
    )
    return {
      traceparent: traceparentOf(span),
      end: ({ status, stage }) => endCall(span, status, stage),
    }
  },
})

/** Ends the span of a call to an app; `stage` says where it failed when no answer came. */
function endCall(span: Span, status: number | null, stage: string | null): void {
  if (status !== null) span.setAttribute('http.response.status_code', status)
  if (stage !== null) span.setAttribute('error.type', stage)
  if (status === null || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/** Waits for the work, but not longer; what fails is of no more interest. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(() => {}), limit])
  clearTimeout(timer)
}
