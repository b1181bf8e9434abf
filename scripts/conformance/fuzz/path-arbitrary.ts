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

const queryWord = (text: string): string => encodeURIComponent(text.slice(0, 2000).toWellFormed())

/** Objects go into a query as JSON text. */
const wordOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)

/** The texts of one parameter, none where it is left out; `named` stands for the name of something that exists. */
type Given = readonly string[] | 'named'

function givenArbitrary(deps: MakeDeps, parameter: Parameter): fc.Arbitrary<Given> {
  const described = arbitraryOf(deps, parameter.schema, parameter.name).map((value) => [wordOf(value)])
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant<Given>([]) },
    { weight: 6, arbitrary: fc.constant<Given>('named') },
    { weight: 8, arbitrary: described },
    { weight: 1, arbitrary: hostileText.map((text) => [text]) },
    { weight: 1, arbitrary: fc.constant(['']) },
    { weight: 1, arbitrary: fc.constant(['one', 'another']) },
  )
}

/** Of parameters that the contract lets choose one of, mostly one is given, and the required others are empty. */
const choice = fc.record({ of: fc.nat(100), isObeyed: fc.integer({ min: 0, max: 5 }).map((n) => n < 5) })

function queryArbitrary(deps: MakeDeps, parameters: readonly Parameter[]): fc.Arbitrary<string> {
  const starts = deps.rulings.chooseOneParameter
  return fc
    .record({
      given: fc.tuple(...parameters.map((parameter) => givenArbitrary(deps, parameter))),
      choices: fc.tuple(...starts.map(() => choice)),
    })
    .map(({ given, choices }) => {
      const texts = new Map(parameters.map(({ name }, i) => [name, given[i]!]))
      for (const [i, start] of starts.entries()) {
        const group = parameters.filter(({ name }) => name.startsWith(start))
        const { of, isObeyed } = choices[i]!
        if (!isObeyed) continue
        for (const [n, { name, required }] of group.entries()) {
          if (n !== of % group.length) texts.set(name, required ? [''] : [])
        }
      }
      return queryText(deps, texts)
    })
}

/** A thing that exists may be another one beside other values, so names are looked up last. */
function queryText(deps: MakeDeps, texts: ReadonlyMap<string, Given>): string {
  const chosen = Object.fromEntries([...texts].map(([name, given]) => [name, given[0] ?? '']))
  return [...texts]
    .flatMap(([name, given]) =>
      (given === 'named' ? [deps.resource(name, chosen) ?? 'some words'] : given).map(
        (text) => `${queryWord(name)}=${queryWord(text)}`,
      ),
    )
    .join('&')
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
