import type { Failure } from '../report.ts'
import type { SurfaceOutcome } from './fuzz-surface.ts'
import type { FuzzFailure } from './run-fuzz.ts'
import { fuzzCurl } from './send-raw.ts'

/** All that random requests found, and what they left behind. */
export function fuzzFailures(
  url: string,
  { failures, neverReached }: Pick<SurfaceOutcome, 'failures' | 'neverReached'>,
  left: readonly string[],
): Failure[] {
  return [
    ...failures.map((each) => fuzzFailure(url, each)),
    ...neverReached.map((operation) => ({
      operation,
      what: 'random requests',
      faults: ['not one of them was answered 200: what they are made of names nothing that exists'],
    })),
    ...(left.length > 0
      ? [{ operation: 'after all requests', what: 'what they left behind', faults: left }]
      : []),
  ]
}

/** A failure of a random request, with the smallest request that shows it and how to repeat it. */
export function fuzzFailure(url: string, failure: FuzzFailure): Failure {
  const { id } = failure.target.operation
  return {
    operation: id,
    what: `a random request; repeat it with --operation ${id} --seed ${failure.seed} --path ${failure.path}`,
    faults: failure.faults,
    command: fuzzCurl(url, failure.request),
    ...(failure.answer && { answer: failure.answer }),
  }
}
