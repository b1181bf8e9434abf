/** One benchmark, as bench/main.ts runs it. */
export interface Benchmark {
  /** Prints what it does as it goes; returns what its JSON line says. */
  run(options: BenchmarkOptions): Promise<Summary>
  /** What it has to reach, in the order of the table in docs/performance.md. */
  bars: readonly Bar[]
}

export interface BenchmarkOptions {
  /** Fewer and shorter rounds: for a first look, not for the record. */
  quick: boolean
  /** How long, for those that run for a time. */
  minutes: number | undefined
}

export type Summary = { bench: string } & Record<string, string | number>

export interface Bar {
  name: string
  /** The summary's field that is compared, with one of the limits. */
  field: string
  atLeast?: number
  atMost?: number
  unit?: string
}
