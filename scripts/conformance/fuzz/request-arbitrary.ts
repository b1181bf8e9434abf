import type { Buffer } from 'node:buffer'
import fc from 'fast-check'
import type { MakeDeps } from '../make-values.ts'
import type { Operation } from '../operations.ts'
import { bodyArbitrary, strayBody } from './body-arbitrary.ts'
import { hostileText } from './hostile-values.ts'
import { pathArbitrary } from './path-arbitrary.ts'

type Headers = Readonly<Record<string, string>>

/** What is fuzzed: an operation, and how its caller shows who they are. */
export interface Target {
  operation: Operation
  /** Whether it is served; if not, every request that leads to it is answered with code 12. */
  served: boolean
  /** Headers with which the operation is done. */
  right: Headers
  /** Sets of headers that must be answered 401 each; none where nobody has to say who they are. */
  wrong: readonly Headers[]
  /** Answers that are no JSON: pages, redirects, files. Then only what holds for every answer is looked at. */
  isPage?: boolean
  /** Random requests may end the credentials themselves, so that they are refused from then on. */
  credentialsMayEnd?: boolean
}

export interface FuzzRequest {
  method: string
  /** Path and query. */
  path: string
  headers: Headers
  body: Buffer | null
  /** What may be expected of it, whatever its values. */
  promise: {
    /** Method, path and headers lead to the operation. */
    leads: boolean
    /** It shows who calls, as the operation asks. */
    isKnown: boolean
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'NONSENSE']

/** What a header's value may hold; anything else no client can send. */
const headerText = hostileText.map((text) =>
  text
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
    .slice(0, 500)
    .trim(),
)

/** Headers that mean something to somebody, though seldom here. */
const STRAY_HEADERS = [
  'x-request-id',
  'idempotency-key',
  'accept',
  'accept-encoding',
  'accept-language',
  'content-encoding',
  'if-none-match',
  'range',
  'traceparent',
  'x-http-method-override',
  'x-forwarded-for',
  'x-forwarded-host',
  'api-version',
  'cookie',
  'x-junk',
] as const
const STRAY_VALUES = [
  '',
  '0',
  'gzip',
  '*/*',
  'application/xml',
  'DELETE',
  'bytes=0-1',
  'a=b; c',
  '\u00e9\u00ff',
  '"',
]

const strayHeaders = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: fc.constant<Headers>({}) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom(...STRAY_HEADERS),
      fc.oneof(fc.constantFrom(...STRAY_VALUES), headerText),
      { maxKeys: 3, noNullPrototype: true },
    ),
  },
)
/** More than the server reads: 32 KiB. */
const HUGE_HEADER: Headers = { 'x-huge': 'a'.repeat(34_000) }

/** Requests of every kind for one operation; most show rightly who calls, so that the rest of them is looked at. */
export function requestArbitrary(deps: MakeDeps, target: Target): fc.Arbitrary<FuzzRequest> {
  const { operation, right, wrong } = target
  return fc
    .record({
      method: fc.oneof(
        { withCrossShrink: true },
        { weight: 30, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      path: pathArbitrary(deps, operation),
      known: fc.oneof(
        { withCrossShrink: true },
        { weight: 12, arbitrary: fc.constant({ headers: right, isKnown: true }) },
        ...(wrong.length > 0
          ? [
              {
                weight: 1,
                arbitrary: fc.constantFrom(...wrong).map((headers) => ({ headers, isKnown: false })),
              },
            ]
          : []),
      ),
      stray: strayHeaders,
      huge: fc.integer({ min: 0, max: 199 }).map((n) => n === 199),
      body: operation.body ? bodyArbitrary(deps, operation.body) : strayBody,
    })
    .map(({ method, path, known, stray, huge, body }) => ({
      method,
      path: path.raw,
      headers: {
        ...withoutIdentity(stray, known.headers),
        ...known.headers,
        ...(body?.type != null && { 'content-type': body.type }),
        ...(huge && HUGE_HEADER),
      },
      body: body?.bytes ?? null,
      promise: { leads: path.leads && method === operation.method && !huge, isKnown: known.isKnown },
    }))
}

/** A stray cookie must not stand beside, or in place of, one that says who calls. */
function withoutIdentity(stray: Headers, identity: Headers): Headers {
  const { cookie, ...rest } = stray
  return cookie === undefined || 'cookie' in identity ? rest : stray
}
