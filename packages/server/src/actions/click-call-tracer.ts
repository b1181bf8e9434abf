/** Follows calls that a click leads to in traces. Absent: the trace context of the click's request goes out as it came. */
export interface ClickCallTracer {
  begin(call: ClickCallToTrace): ClickCallSpan
}

export interface ClickCallToTrace {
  clickId: string
  purpose: 'session initialization' | 'dynamic action'
  /** W3C trace context of the click's request. */
  traceparent: string | null
}

export interface ClickCallSpan {
  /** Goes out with the call. */
  readonly traceparent: string
  /** Called once. `stage` says where the call failed when no answer came. */
  end(call: { status: number | null; stage: string | null }): void
}
