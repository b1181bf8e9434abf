import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SERVED_OPERATIONS } from '../compatibility/served-operations.ts'
import { caseOf, casesWithoutOperation } from './cases.ts'
import type { Flags } from './flags.ts'
import { aftermath } from './fuzz/aftermath.ts'
import { fuzzFailures } from './fuzz/fuzz-failure.ts'
import { type FuzzedDescription, fuzzSurface } from './fuzz/fuzz-surface.ts'
import type { Target } from './fuzz/request-arbitrary.ts'
import type { MakeDeps } from './make-values.ts'
import { type Marketplace, openMarketplace } from './marketplace.ts'
import { type Description, type Operation, readDescription } from './operations.ts'
import { type Presented, type Probe, probesOf } from './probes.ts'
import type { Failure, Totals } from './report.ts'
import { EXACT_ANSWERS, RULINGS } from './rulings.ts'
import { credentialHeaders, type Outcome, runProbes } from './run-probes.ts'
import { type RunningCharsu, startCharsu } from './start-charsu.ts'
import { AnswerValidator } from './validate-answer.ts'

export const DESCRIPTION = 'openapi-v3.json'
/** An operation that a later edition left out, and that clients still call. */
export const EARLIER_EDITION = 'events-send.json'

/** Fits every kind of name, and names nothing. */
const UNKNOWN = 'NothingHere404'

/** Asks everything that the published description describes, and holds every answer against it. */
export async function runPublicSurface(
  folder: string,
  flags: Flags,
): Promise<{ totals: Totals; failures: Failure[] }> {
  const read = async (name: string) => readDescription(await readFile(join(folder, name), 'utf8'))
  const descriptions = [await read(DESCRIPTION), await read(EARLIER_EDITION)] as const
  const [{ operations: published }, { operations: earlier }] = descriptions
  const operations = [...published, ...earlier]
  const failures = [...missingCases(operations), ...operations.flatMap(scopesUntrue)]

  await using charsu = await startCharsu()
  const marketplace = await openMarketplace({ ...charsu, scopes: scopesOf(operations) }).catch(
    async (error: Error) => {
      throw new Error(`${error.message}\n${await charsu.log()}`, { cause: error })
    },
  )
  const began = performance.now()
  let requests = 0
  for (const description of flags.operation === undefined ? descriptions : []) {
    const outcome = await probe(description, { url: charsu.url, marketplace, verbose: flags.verbose })
    requests += outcome.requests
    failures.push(...outcome.failures)
    for (const [operation, fields] of outcome.additions) {
      console.log(`${operation} answers more than is described, as it may: ${[...fields].join(', ')}`)
    }
  }
  const fuzzed = await fuzz(descriptions, { charsu, marketplace, flags })
  requests += fuzzed.requests
  failures.push(...fuzzed.failures)
  console.log(
    `${published.length} operations of ${DESCRIPTION}, and besides them ${earlier.map(({ id }) => id).join(', ')} of an earlier edition, which counts in requests and failed alone`,
  )
  return {
    totals: {
      operations: published.length,
      served: published.filter(isServed).length,
      requests,
      fuzzed: fuzzed.requests,
      failed: failures.length,
      requests_per_second: fuzzed.requestsPerSecond,
      seconds: Math.round((performance.now() - began) / 100) / 10,
    },
    failures,
  }
}

const isServed = (each: Operation): boolean => caseOf(each)?.served === true

function scopesOf(operations: readonly Operation[]): string[] {
  const served = operations.filter(isServed)
  return [...new Set(served.flatMap((each) => [...each.scopes, ...(caseOf(each)?.scopes ?? [])]))]
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

/** The page of compatibility names the scopes that the description names; fewer where the key alone is enough. */
function scopesUntrue(operation: Operation): Failure[] {
  const decided = caseOf(operation)
  const listed = SERVED_OPERATIONS[operation.id]?.scopes
  if (!decided?.served || !listed) return []
  const described = [...operation.scopes, ...(decided.scopes ?? [])]
  const more = listed.filter((scope) => !described.includes(scope))
  const fewer = decided.credentials === 'key' ? [] : described.filter((scope) => !listed.includes(scope))
  if (more.length + fewer.length === 0) return []
  return [
    {
      operation: operation.id,
      what: 'its scopes in scripts/compatibility/served-operations.ts',
      faults: [
        `they are ${listed.join(', ') || 'none'}, but ${described.join(', ') || 'none'} are described`,
      ],
    },
  ]
}

/** Things that exist, by the names that an operation knows them under. */
function makeDeps(schemas: Description['schemas'], operation: Operation, marketplace: Marketplace): MakeDeps {
  const names = caseOf(operation)?.names ?? {}
  return {
    schemas,
    rulings: RULINGS,
    resource: (name, chosen) => marketplace.resource(names[name] ?? name, chosen),
  }
}

function probe(
  { operations, schemas }: Description,
  { url, marketplace, verbose }: { url: string; marketplace: Marketplace; verbose: boolean },
): Promise<Outcome> {
  const probes = operations.flatMap((operation) => {
    const decided = caseOf(operation)
    const deps = { ...makeDeps(schemas, operation, marketplace), unknown: UNKNOWN }
    return decided ? probesOf(deps, operation, decided) : []
  })
  const validator = new AnswerValidator(schemas)
  const answered = (
    { operation, name }: Probe,
    sent: { method: string; url: string },
    status: number,
  ): void => console.log(`${status} ${operation.id}: ${name}: ${sent.method} ${sent.url}`)
  return runProbes(
    { url, marketplace, validator, exact: EXACT_ANSWERS, ...(verbose && { answered }) },
    probes,
  )
}

interface Fuzzing {
  charsu: RunningCharsu
  marketplace: Marketplace
  flags: Flags
}

async function fuzz(
  descriptions: readonly Description[],
  { charsu, marketplace, flags }: Fuzzing,
): Promise<{ requests: number; requestsPerSecond: number; failures: Failure[] }> {
  const described = descriptions.map(
    ({ operations, schemas }): FuzzedDescription => ({
      validator: new AnswerValidator(schemas),
      deps: (operation) => makeDeps(schemas, operation, marketplace),
      targets: operations.flatMap((operation) => targetOf(operation, marketplace)),
    }),
  )
  const outcome = await fuzzSurface(described, {
    url: charsu.url,
    flags,
    exact: EXACT_ANSWERS,
    secrets: [marketplace.key, marketplace.accessToken, charsu.hostKey],
  })
  const { requests, requestsPerSecond, accepted } = outcome
  const left = await aftermath({ ...charsu, accepted })
  return { requests, requestsPerSecond, failures: fuzzFailures(charsu.url, outcome, left) }
}

const WRONG: Readonly<Record<'key' | 'key and token', readonly Presented[]>> = {
  key: ['none', 'wrong key'],
  'key and token': [
    'none',
    'key',
    'wrong key and token',
    'key of another app and token',
    'key and wrong token',
  ],
}

function targetOf(operation: Operation, marketplace: Marketplace): Target[] {
  const decided = caseOf(operation)
  if (!decided) return []
  const { served, credentials } = decided
  const headers = (presented: Presented) => credentialHeaders(marketplace, presented)
  return [
    {
      operation,
      served,
      right: headers(credentials),
      wrong: credentials === 'none' ? [] : WRONG[credentials].map(headers),
    },
  ]
}
