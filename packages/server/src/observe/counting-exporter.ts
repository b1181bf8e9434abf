import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node'

export interface CountingExporterDeps {
  onSpans(result: 'sent' | 'lost', spans: number): void
  log: { warn(fields: object, message: string): void }
}

type Done = Parameters<SpanExporter['export']>[1]

/** Success in OpenTelemetry's ExportResult. */
const SUCCESS = 0

/** Says aloud when the collector does not take spans, once until it does again; the SDK itself is silent about it. */
export class CountingExporter implements SpanExporter {
  readonly #inner: SpanExporter
  readonly #deps: CountingExporterDeps
  #failing = false

  constructor(inner: SpanExporter, deps: CountingExporterDeps) {
    this.#inner = inner
    this.#deps = deps
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#inner.export(spans, (result) => {
      const isSent = result.code === SUCCESS
      this.#deps.onSpans(isSent ? 'sent' : 'lost', spans.length)
      if (!isSent && !this.#failing) {
        this.#deps.log.warn({ err: result.error }, 'the collector of traces takes no spans; they are lost')
      }
      this.#failing = !isSent
      done(result)
    })
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown()
  }

  async forceFlush(): Promise<void> {
    await this.#inner.forceFlush?.()
  }
}
