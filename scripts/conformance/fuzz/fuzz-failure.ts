import type { Failure } from '../report.ts'
import type { FuzzFailure } from './run-fuzz.ts'
import { fuzzCurl } from './send-raw.ts'

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
