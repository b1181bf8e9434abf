import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './authorisation/world.ts'
import { complaintsAbout } from './hostile/complaints.ts'
import {
  bodyLike,
  brokenBytes,
  CONTENT_TYPES,
  headerValue,
  pathPart,
  queryLike,
} from './hostile/hostile-values.ts'
import { rawRequest, sendBytes } from './hostile/raw-http.ts'
import { hasParams, pathOf, type Target, targetsIn } from './hostile/targets.ts'

let world: World
let targets: Target[]
/** Credentials of the world, none of which may come back in an error. */
let secrets: string[]

beforeAll(async () => {
  world = await createWorld()
  targets = await targetsIn(world)
  secrets = [
    ...new Set(
      targets.flatMap(({ credentials }) => credentials.map((line) => line.split(/[ =]/).at(-1) ?? '')),
    ),
    world.app.clientSecret,
  ]
})
afterAll(() => world[Symbol.asyncDispose]())

interface Call {
  target: Target
  bytes: Buffer
  /** Whether the credentials are as they should be. */
  authorised: boolean
}

/** Calls go out together, as they do in life. */
const AT_ONCE = 10

async function holds(calls: fc.Arbitrary<Call>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: AT_ONCE }), async (batch) => {
      const found = await Promise.all(batch.map(faultsOf))
      expect(found.flat()).toEqual([])
    }),
    { numRuns },
  )
  expect(Object.keys(Object.prototype), 'no prototype was polluted').toEqual([])
}

async function faultsOf({ target, bytes, authorised }: Call): Promise<string[]> {
  const answer = await sendBytes(world.node.url, bytes)
  const refused = answer?.status === 401 && authorised && needsNothingElse(target)
  return [...complaintsAbout(answer, secrets), ...(refused ? ['refused at the door'] : [])].map(
    (what) => `${target.route.method} ${target.route.path}: ${what}: ${answer?.text.slice(0, 300)}`,
  )
}

/** Those that authenticate in the body, and the one that ends its own session, may well answer 401. */
const needsNothingElse = ({ route }: Target): boolean => route.caller !== 'anyone' && route.path !== '/logout'

const anyOf = (some: readonly Target[]): fc.Arbitrary<Target> => fc.constantFrom(...some)
const JSON_TYPE = 'Content-Type: application/json'

describe('no input makes the server fail, whatever operation it is sent to', () => {
  test('a body of any JSON, shaped like the operation’s own or not', () =>
    holds(
      anyOf(targets).chain((target) =>
        bodyLike(target.bodySchema, target.known).map((body) => ({
          target,
          bytes: request(target, { headers: [JSON_TYPE], body: Buffer.from(body) }),
          authorised: true,
        })),
      ),
      120,
    ))

  test('a body of broken JSON or UTF-8, under any Content-Type', () =>
    holds(
      anyOf(targets).chain((target) =>
        fc
          .tuple(brokenBytes(bodyLike(target.bodySchema, target.known)), fc.constantFrom(...CONTENT_TYPES))
          .map(([body, type]) => ({
            target,
            bytes: request(target, { headers: [`Content-Type: ${type}`], body }),
            authorised: true,
          })),
      ),
      80,
    ))

  test('a query string of anything', () =>
    holds(
      anyOf(targets).chain((target) =>
        queryLike(target.queryNames).map((query) => ({
          target,
          bytes: request(target, { path: `${pathOf(target)}?${query}` }),
          authorised: true,
        })),
      ),
      80,
    ))

  test('parts of a path of anything, broken percent-encoding and NUL included', () =>
    holds(
      anyOf(targets.filter(hasParams)).chain((target) =>
        pathPart.map((part) => ({
          target,
          bytes: request(target, { path: pathOf(target, part) }),
          authorised: true,
        })),
      ),
      80,
    ))

  test('headers of anything', () =>
    holds(
      anyOf(targets).chain((target) =>
        fc
          .tuple(
            fc.subarray(HEADERS, { minLength: 1, maxLength: 4 }),
            fc.array(headerValue, { minLength: 4, maxLength: 4 }),
            fc.boolean(),
          )
          .map(([names, values, authorised]) => ({
            target,
            bytes: rawRequest(`${target.route.method} ${pathOf(target)} HTTP/1.1`, [
              ...(authorised ? target.credentials : []),
              ...names.map((name, i) => `${name}: ${values[i]}`),
            ]),
            authorised: false,
          })),
      ),
      80,
    ))
})

const HEADERS = [
  ...[
    'X-Api-Key',
    'x-API-key',
    'Authorization',
    'X-Access-Token',
    'Cookie',
    'Idempotency-Key',
    'Last-Event-ID',
  ],
  ...[
    'Accept-Language',
    'X-Request-Id',
    'Origin',
    'Sec-Fetch-Site',
    'Content-Type',
    'Accept',
    'Range',
    'If-Match',
  ],
  ...['X-Forwarded-For', 'Content-Encoding', 'Referer', 'Upgrade', 'Expect'],
]

function request(
  { route, credentials, ...target }: Target,
  { path = pathOf({ route, credentials, ...target }), headers = [], body }: Partial<Sent>,
): Buffer {
  return rawRequest(`${route.method} ${path} HTTP/1.1`, [...credentials, ...headers], body ?? '')
}

interface Sent {
  path: string
  headers: readonly string[]
  body: Buffer
}
