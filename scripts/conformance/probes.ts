import { badShapes, goodShapes, type Shape, unknownShape } from './build-request.ts'
import type { Case, Credentials } from './cases.ts'
import type { MakeDeps } from './make-values.ts'
import type { Operation } from './operations.ts'
import type { Expected } from './validate-answer.ts'

/** One request to send, and what its answer must be. */
export interface Probe {
  /** What it tries, e.g. `no key`. */
  name: string
  operation: Operation
  shape: Shape
  credentials: Presented
  /** Whether its body fits the description; a bad one must not, or it would prove nothing. */
  fits: boolean
  expected: Expected
}

/** What is presented in place of the right credentials. */
export type Presented =
  | Credentials
  | 'wrong key'
  | 'wrong key and token'
  | 'key of another app and token'
  | 'key and wrong token'
  | 'key without permission'
  | 'key without permission, and token'
  | 'key and token without scope'

const FINE: Expected = { statuses: [200], codes: [] }
const BAD: Expected = { statuses: [400], codes: [3] }
const UNAUTHENTICATED: Expected = { statuses: [401], codes: [16] }
const DENIED: Expected = { statuses: [403], codes: [7] }
const NOT_THERE: Expected = { statuses: [400, 403, 404], codes: [3, 7, 5] }
const UNIMPLEMENTED: Expected = { statuses: [501], codes: [12] }

/** Everything that is asked of one operation. */
export function probesOf(
  deps: MakeDeps & { unknown: string },
  operation: Operation,
  { served, credentials, needsScope, scopes = [], fileWithout }: Case,
): Probe[] {
  const good = goodShapes(deps, operation)
  const [shape] = good
  if (!shape) throw new Error(`no request can be made for ${operation.id}`)
  const probe = (name: string, presented: Presented, expected: Expected, sent: Shape = shape): Probe => ({
    name,
    operation,
    shape: sent,
    credentials: presented,
    fits: true,
    expected,
  })
  if (!served) {
    return [
      probe('not served', 'key and token', UNIMPLEMENTED),
      probe('not served, no key', 'none', UNIMPLEMENTED),
    ]
  }
  const file = (text: string): Shape => ({
    ...shape,
    body: JSON.stringify({ [text]: '', media_token: deps.resource('media_token', {}) }),
  })
  const isOpen = credentials === 'none'
  const isPersonal = credentials === 'key and token'
  const wrongKey = isPersonal ? 'wrong key and token' : 'wrong key'
  const withoutPermission = isPersonal ? 'key without permission, and token' : 'key without permission'
  const unknown = unknownShape(deps, operation, deps.unknown)
  const bad = badShapes(deps, operation).map((each) => ({
    ...probe(`bad: ${each.fault}`, credentials, BAD, each),
    fits: false,
  }))
  return [
    ...good.map((each, i) => probe(`good ${i + 1} of ${good.length}`, credentials, FINE, each)),
    probe('no key', 'none', isOpen ? FINE : UNAUTHENTICATED),
    probe('wrong key', wrongKey, isOpen ? FINE : UNAUTHENTICATED),
    ...(isOpen
      ? []
      : [
          probe('a key without the permission', withoutPermission, { ...DENIED, naming: operation.mentions }),
        ]),
    ...(fileWithout === undefined
      ? []
      : [probe('a file instead of text', credentials, FINE, file(fileWithout))]),
    ...(isPersonal
      ? [
          probe('no user token', 'key', UNAUTHENTICATED),
          probe('wrong user token', 'key and wrong token', UNAUTHENTICATED),
          probe('a token of another app', 'key of another app and token', UNAUTHENTICATED),
        ]
      : []),
    ...(needsScope
      ? [
          probe('a token without the scope', 'key and token without scope', {
            ...DENIED,
            naming: [...operation.scopes, ...scopes].map((scope) => scope.split('.', 1)[0] ?? ''),
          }),
        ]
      : []),
    ...(unknown ? [probe('names of nothing', credentials, NOT_THERE, unknown)] : []),
    // An operation without a body has nothing to read in one, so a bad one changes nothing.
    ...(bad.length > 0
      ? bad
      : [probe('a bad body, though none is described', credentials, FINE, { ...shape, body: '{"' })]),
  ]
}
