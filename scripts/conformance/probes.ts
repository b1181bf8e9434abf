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
export type Presented = Credentials | 'wrong key' | 'wrong key and token'

const FINE: Expected = { statuses: [200], codes: [] }
const BAD: Expected = { statuses: [400], codes: [3] }
const UNAUTHENTICATED: Expected = { statuses: [401], codes: [16] }
const NOT_THERE: Expected = { statuses: [400, 403, 404], codes: [3, 7, 5] }
const UNIMPLEMENTED: Expected = { statuses: [501], codes: [12] }

/** Everything that is asked of one operation. */
export function probesOf(
  deps: MakeDeps & { unknown: string },
  operation: Operation,
  { served, credentials }: Case,
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
  const isOpen = credentials === 'none'
  const wrongKey = credentials === 'key and token' ? 'wrong key and token' : 'wrong key'
  const unknown = unknownShape(deps, operation, deps.unknown)
  const bad = badShapes(deps, operation).map((each) => ({
    ...probe(`bad: ${each.fault}`, credentials, BAD, each),
    fits: false,
  }))
  return [
    ...good.map((each, i) => probe(`good ${i + 1} of ${good.length}`, credentials, FINE, each)),
    probe('no key', 'none', isOpen ? FINE : UNAUTHENTICATED),
    probe('wrong key', wrongKey, isOpen ? FINE : UNAUTHENTICATED),
    ...(credentials === 'key and token' ? [probe('no user token', 'key', UNAUTHENTICATED)] : []),
    ...(unknown ? [probe('names of nothing', credentials, NOT_THERE, unknown)] : []),
    // An operation without a body has nothing to read in one, so a bad one changes nothing.
    ...(bad.length > 0
      ? bad
      : [probe('a bad body, though none is described', credentials, FINE, { ...shape, body: '{"' })]),
  ]
}
