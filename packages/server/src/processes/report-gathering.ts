import { addCounts, countsOf } from '../observe/process-counts.ts'
import type { ProcessMetrics } from '../observe/render-metrics.ts'

/** Whom a gathering can ask. */
export interface Reporter {
  ask(id: number): void
}

/** A worker that is busy or hangs is not waited for longer. */
const PATIENCE_MS = 1_000

interface Gathering {
  missing: Set<Reporter>
  finish(): void
}

/**
 * Collects one report from each of several processes. What was once told to be counted stays counted, also when whoever
 * counted it does not answer or has ended: to Prometheus a sum that falls is one that began again from nothing.
 */
export class ReportGathering {
  readonly #underWay = new Map<number, Gathering>()
  readonly #last = new Map<Reporter, ProcessMetrics>()
  /** Counted by those who are gone. */
  #departed: ProcessMetrics = []
  #lastId = 0

  /** Resolves within a second with the reports of all, as far as they answer, and with what else was counted. */
  gather(reporters: readonly Reporter[]): Promise<ProcessMetrics[]> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      const missing = new Set(reporters)
      const finish = (): void => {
        clearTimeout(timer)
        this.#underWay.delete(id)
        resolve([...reporters.map((reporter) => this.#known(reporter, missing)), this.#departed])
      }
      const timer = setTimeout(finish, PATIENCE_MS)
      this.#underWay.set(id, { missing, finish })
      for (const reporter of reporters) reporter.ask(id)
      if (reporters.length === 0) finish()
    })
  }

  /** A report that it gave by itself. */
  told(reporter: Reporter, report: ProcessMetrics): void {
    this.#last.set(reporter, report)
  }

  answered(reporter: Reporter, id: number, report: ProcessMetrics): void {
    this.told(reporter, report)
    this.#noLongerMissing(reporter, this.#underWay.get(id))
  }

  /** It will not answer any more. */
  gone(reporter: Reporter): void {
    this.#departed = addCounts(this.#departed, countsOf(this.#last.get(reporter) ?? []))
    this.#last.delete(reporter)
    for (const gathering of this.#underWay.values()) this.#noLongerMissing(reporter, gathering)
  }

  #known(reporter: Reporter, missing: ReadonlySet<Reporter>): ProcessMetrics {
    const last = this.#last.get(reporter) ?? []
    return missing.has(reporter) ? countsOf(last) : last
  }

  #noLongerMissing(reporter: Reporter, gathering: Gathering | undefined): void {
    if (gathering?.missing.delete(reporter) && gathering.missing.size === 0) gathering.finish()
  }
}
