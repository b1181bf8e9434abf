import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { caseOf, casesWithoutOperation } from './cases.ts'
import type { Sent } from './exchange.ts'
import { type Marketplace, openMarketplace } from './marketplace.ts'
import { type Description, type Operation, readDescription } from './operations.ts'
import { type Probe, probesOf } from './probes.ts'
import { type Failure, failureText, totalsLine } from './report.ts'
import { RULINGS } from './rulings.ts'
import { runProbes } from './run-probes.ts'
import { startCharsu } from './start-charsu.ts'
import { AnswerValidator } from './validate-answer.ts'

/**
 * `npm run test:conformance`: asks a running Charsu everything that the published description of the API describes,
 * and holds every answer against it. The promise that an app written for that API runs here unchanged rests on the
 * description alone, so requests and checks are made from it and nothing of ours.
 *
 * With `--verbose` it prints every request. Ends with code 0 when all is right, 1 when not, 3 when the description is not there.
 */

const DESCRIPTION = 'openapi-v3.json'
/** An operation that a later edition left out, and that clients still call. */
const EARLIER_EDITION = 'events-send.json'
const NOT_THERE = 3
/** Fits every kind of name, and names nothing. */
const UNKNOWN = 'NothingHere404'
const VERBOSE = process.argv.includes('--verbose')

async function run(folder: string): Promise<boolean> {
  const read = async (name: string) => readDescription(await readFile(join(folder, name), 'utf8'))
  const descriptions = [await read(DESCRIPTION), await read(EARLIER_EDITION)] as const
  const [{ operations: published }, { operations: earlier }] = descriptions
  const operations = [...published, ...earlier]
  const failures = missingCases(operations)
  const served = (each: Operation): boolean => caseOf(each)?.served === true

  await using charsu = await startCharsu()
  const scopes = operations
    .filter(served)
    .flatMap((each) => [...each.scopes, ...(caseOf(each)?.scopes ?? [])])
  const marketplace = await openMarketplace({ ...charsu, scopes: [...new Set(scopes)] })
  let requests = 0
  for (const description of descriptions) {
    const outcome = await probe(description, { url: charsu.url, marketplace })
    requests += outcome.requests
    failures.push(...outcome.failures)
    for (const [operation, fields] of outcome.additions) {
      console.log(`${operation} answers more than is described, as it may: ${[...fields].join(', ')}`)
    }
  }
  for (const failure of failures) console.log(failureText(failure))
  console.log(
    `${published.length} operations of ${DESCRIPTION}, and besides them ${earlier.map(({ id }) => id).join(', ')} of an earlier edition, which counts in requests and failed alone`,
  )
  console.log(
    totalsLine({
      operations: published.length,
      served: published.filter(served).length,
      requests,
      failed: failures.length,
    }),
  )
  return failures.length === 0
}

function missingCases(operations: readonly Operation[]): Failure[] {
  const undecided = operations.filter((each) => caseOf(each) === null).map(({ id }) => id)
  return [
    ...undecided.map((operation) => ({
      operation,
      what: 'no case',
      faults: ['say in scripts/conformance/cases.ts whether it is served'],
    })),
    ...casesWithoutOperation(operations).map((operation) => ({
      operation,
      what: 'a case without an operation',
      faults: ['the description has no such operationId: remove its line from scripts/conformance/cases.ts'],
    })),
  ]
}

function probe(
  { operations, schemas }: Description,
  { url, marketplace }: { url: string; marketplace: Marketplace },
) {
  const deps = { schemas, rulings: RULINGS, resource: marketplace.resource, unknown: UNKNOWN }
  const probes = operations.flatMap((operation) => {
    const decided = caseOf(operation)
    return decided ? probesOf(deps, operation, decided) : []
  })
  const validator = new AnswerValidator(schemas)
  return runProbes({ url, marketplace, validator, ...(VERBOSE && { answered: printRequest }) }, probes)
}

const printRequest = ({ operation, name }: Probe, sent: Sent, status: number): void =>
  console.log(`${status} ${operation.id}: ${name}: ${sent.method} ${sent.url} ${sent.body ?? ''}`)

const folder = resolve(process.env.CHARSU_PUBLIC_API || '../shared/public-api')
const missing = [DESCRIPTION, EARLIER_EDITION].find((name) => !existsSync(join(folder, name)))
if (missing === undefined) {
  process.exitCode = (await run(folder)) ? 0 : 1
} else {
  process.stderr.write(
    `the conformance run was not made: there is no ${missing} in ${folder}; set CHARSU_PUBLIC_API to the folder that holds it\n`,
  )
  process.exitCode = NOT_THERE
}
