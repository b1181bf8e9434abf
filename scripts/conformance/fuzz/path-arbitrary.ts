import fc from 'fast-check'
import type { MakeDeps } from '../make-values.ts'
import type { Operation, Parameter } from '../operations.ts'
import { hostileText, plainText } from './hostile-values.ts'
import { arbitraryOf } from './value-arbitrary.ts'

export interface FuzzPath {
  /** Path and query, percent-encoded or broken on purpose. */
  raw: string
  /** Whether it leads to the operation: each parameter has a value, decodable and of bearable length. */
  leads: boolean
}

/** Far below what any router takes for one part of a path. */
const BEARABLE = 500
const LONG = 9_000

const encoded = (text: string): FuzzPath => {
  if (!text.isWellFormed()) {
    return { raw: `${encodeURIComponent(text.toWellFormed())}%ED%A0%80`, leads: false }
  }
  const raw = encodeURIComponent(text)
  return { raw, leads: raw.length > 0 && raw.length <= BEARABLE }
}

const BROKEN = ['%', '%zz', '%C3%28', '%ED%A0%80', '', 'a/b', '%2', 'a'.repeat(LONG)]

function segment(deps: MakeDeps, parameter: Parameter): fc.Arbitrary<FuzzPath> {
  const described = arbitraryOf(deps, parameter.schema, parameter.name).map((value) => encoded(String(value)))
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: described },
    { weight: 2, arbitrary: plainText.map(encoded) },
    { weight: 2, arbitrary: hostileText.map((text) => encoded(text.slice(0, LONG))) },
    { weight: 1, arbitrary: fc.constantFrom(...BROKEN).map((raw) => ({ raw, leads: false })) },
  )
}

const JUNK_QUERIES = [
  '{}',
  '?',
  'a',
  '=',
  '&&&',
  'a=1&a=2',
  '%',
  '%zz=%zz',
  '%00=%00',
  'a[b][c]=1',
  'a[]=1&a[]=2',
  '__proto__[x]=1',
  'constructor=1&toString=2',
  'access_token=nonsense',
  `a=${'b'.repeat(LONG)}`,
  Array.from({ length: 1500 }, (_, i) => `k${i}=`).join('&'),
]

const junkQuery = fc.oneof(
  { withCrossShrink: true },
  { weight: 12, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom(...JUNK_QUERIES) },
  {
    weight: 1,
    arbitrary: fc.tuple(hostileText, hostileText).map((pair) => pair.map(queryWord).join('=')),
  },
)

const queryWord = (text: string): string => encodeURIComponent(text.toWellFormed().slice(0, 2000))

/** Objects go into a query as JSON text. */
const wordOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)

function queryArbitrary(deps: MakeDeps, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const values = parameters.map((parameter) =>
    fc.oneof(
      { withCrossShrink: true },
      {
        weight: 4,
        arbitrary: arbitraryOf(deps, parameter.schema, parameter.name).map((value) => [wordOf(value)]),
      },
      { weight: 1, arbitrary: hostileText.map((text) => [text]) },
      { weight: 1, arbitrary: fc.constant(['']) },
      { weight: 1, arbitrary: fc.constant(['one', 'another']) },
    ),
  )
  return fc
    .tuple(...parameters.map((_, i) => fc.option(values[i]!, { nil: [], freq: 3 })))
    .map((each) =>
      each
        .flatMap((texts, i) => texts.map((text) => `${queryWord(parameters[i]!.name)}=${queryWord(text)}`))
        .join('&'),
    )
}

/** Paths and queries of an operation, with names of what exists, of nothing, and of what no name can be. */
export function pathArbitrary(deps: MakeDeps, operation: Operation): fc.Arbitrary<FuzzPath> {
  const inPath = operation.parameters.filter((each) => each.in === 'path')
  const inQuery = operation.parameters.filter((each) => each.in === 'query')
  return fc
    .record({
      segments: fc.tuple(...inPath.map((parameter) => segment(deps, parameter))),
      query: queryArbitrary(deps, inQuery),
      junk: junkQuery,
    })
    .map(({ segments, query, junk }) => {
      const filled = new Map(inPath.map(({ name }, i) => [name, segments[i]!]))
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => filled.get(name)?.raw ?? '')
      const text = [query, junk].filter((part) => part !== '').join('&')
      return { raw: path + (text && `?${text}`), leads: segments.every(({ leads }) => leads) }
    })
}
