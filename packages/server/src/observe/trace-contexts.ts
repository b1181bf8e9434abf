import { randomBytes } from 'node:crypto'
import { readTraceparent, type TraceContext, writeTraceparent } from '../http/traceparent.ts'
import type { Tracing } from './tracing.ts'

const TRACE_BYTES = 16
const SPAN_BYTES = 8

/**
 * Trace contexts without spans, for development: nobody collects anything, but all that follows from a message still
 * goes on under one trace, and each call to an app under a span id of its own, by which what the app does because of
 * it can be told from everything else.
 */
export function traceContextsAlone(): Tracing {
  return {
    startRequest: (_method, parent) => ({ traceparent: continued(parent), end() {} }),
    attempts: {
      begin: ({ traceparent }) => ({ traceparent: continued(readTraceparent(traceparent)), end() {} }),
    },
    clickCalls: {
      begin: ({ traceparent }) => ({ traceparent: continued(readTraceparent(traceparent)), end() {} }),
    },
    close: async () => {},
  }
}

/** A trace that begins here is a recorded one, so that an app with tracing of its own records its part. */
const continued = (parent: TraceContext | undefined): string =>
  writeTraceparent({
    traceId: parent?.traceId ?? randomBytes(TRACE_BYTES).toString('hex'),
    spanId: randomBytes(SPAN_BYTES).toString('hex'),
    sampled: parent?.sampled ?? true,
  })
