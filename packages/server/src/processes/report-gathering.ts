import type { ProcessMetrics } from '../observe/render-metrics.ts'

/** Whom a gathering can ask. */
export interface Reporter {
  ask(id: number): void
}

/** A worker that is busy or hangs is left out after so long. */
const PATIENCE_MS = 1_000

interface Gathering {
  missing: Set<Reporter>
  reports: ProcessMetrics[]
  finish(): void
}

/** Collects one report from each of several processes. */
export class ReportGathering {
  readonly #underWay = new Map<number, Gathering>()
  #lastId = 0

  /** Resolves with the reports that came within a second. */
  gather(reporters: readonly Reporter[]): Promise<ProcessMetrics[]> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      const reports: ProcessMetrics[] = []
      const finish = (): void => {
        clearTimeout(timer)
        this.#underWay.delete(id)
        resolve(reports)
      }
      const timer = setTimeout(finish, PATIENCE_MS)
      this.#underWay.set(id, { missing: new Set(reporters), reports, finish })
      for (const reporter of reporters) reporter.ask(id)
      if (reporters.length === 0) finish()
    })
  }

  answered(reporter: Reporter, id: number, report: ProcessMetrics): void {
    const gathering = this.#underWay.get(id)
    if (!gathering?.missing.delete(reporter)) return
    gathering.reports.push(report)
    if (gathering.missing.size === 0) gathering.finish()
  }

  /** It will not answer any more. */
  gone(reporter: Reporter): void {
    for (const gathering of this.#underWay.values()) {
      if (gathering.missing.delete(reporter) && gathering.missing.size === 0) gathering.finish()
    }
  }
}
