import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appRows } from './authorisation/app-rows.ts'
import { chatbotRows } from './authorisation/chatbot-rows.ts'
import { demoBotRows } from './authorisation/demo-bot-rows.ts'
import { developerRows } from './authorisation/developer-rows.ts'
import { developmentRows } from './authorisation/development-rows.ts'
import { faultRows } from './authorisation/fault-rows.ts'
import { fingerprint } from './authorisation/fingerprint.ts'
import { hostRows } from './authorisation/host-rows.ts'
import { localRows } from './authorisation/local-rows.ts'
import { mediaRows } from './authorisation/media-rows.ts'
import { oauthRows } from './authorisation/oauth-rows.ts'
import { olderRows } from './authorisation/older-rows.ts'
import { operatorRows } from './authorisation/operator-rows.ts'
import { type Expected, outcomeOf, type Sent } from './authorisation/outcome.ts'
import { pageRows } from './authorisation/page-rows.ts'
import { publicRows } from './authorisation/public-rows.ts'
import type { Cell, Row } from './authorisation/row.ts'
import { snapshotRows } from './authorisation/snapshot-rows.ts'
import { touchpointRows } from './authorisation/touchpoint-rows.ts'
import { userRows } from './authorisation/user-rows.ts'
import { createWorld, type World } from './authorisation/world.ts'

const ROWS: readonly Row[] = [
  ...appRows,
  ...chatbotRows,
  ...touchpointRows,
  // Behind those that are led to log in, for these set another login page.
  ...hostRows,
  ...userRows,
  ...developerRows,
  ...operatorRows,
  ...mediaRows,
  ...oauthRows,
  ...olderRows,
  ...publicRows,
  ...developmentRows,
  ...localRows,
  ...demoBotRows,
  ...faultRows,
  ...snapshotRows,
  // Last, because opening a chatbot leaves its conversation in somebody's list.
  ...pageRows,
]

let world: World

beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

interface Description {
  paths: Record<string, Record<string, { operationId?: string }>>
}

/** As `POST /v1/things/{id} Things_Change`. */
const nameOf = (method: string, path: string, operation: string): string =>
  `${method.toUpperCase()} ${path.replace(/:([a-z_]+)/g, '{$1}')} ${operation}`

describe('no operation is left out', () => {
  test('each one in the API description has a row, and each row is one', async () => {
    const answer = await fetch(`${world.node.url}/docs/json`)
    const { paths } = (await answer.json()) as Description
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => nameOf(method, path, operationId ?? '')),
    )
    const rows = ROWS.map(({ method, path, operation }) => nameOf(method, path, operation))
    expect(rows.toSorted()).toEqual(described.toSorted())
  })

  test('each one of the route tables has a row, with all its paths', () => {
    const served = world.node.server.routes.flatMap(({ method, path, aliases = [], operation }) =>
      [path, ...aliases].map((each) => nameOf(method, each, operation)),
    )
    const rows = ROWS.flatMap(({ method, path, aliases = [], operation }) =>
      [path, ...aliases].map((each) => nameOf(method, each, operation)),
    )
    expect(rows.toSorted()).toEqual(served.toSorted())
  })
})

interface Prepared {
  caller: string
  sent: Sent
  expected: Expected
}

const prepare = async ({ caller, sent, expected }: Cell): Promise<Prepared> => ({
  caller,
  sent: await sent(world),
  expected: typeof expected === 'function' ? expected(world) : expected,
})

const isRefusal = ({ expected: { answer } }: Prepared): boolean => Number.parseInt(answer, 10) >= 400

/** What each caller got. */
async function call(operation: { method: string; path: string }, { caller, sent, expected }: Prepared) {
  return [caller, await outcomeOf(world.node.url, operation, sent, expected)] as const
}

const CASES = ROWS.flatMap(({ method, path, aliases = [], cells, records = '' }) =>
  [path, ...aliases].map((each) => ({ method, path: each, cells, records })),
)

describe('every kind of caller gets what it may, and a refusal that names what is missing', () => {
  test.each(CASES)('$method $path', async ({ method, path, cells, records }) => {
    const calls: Prepared[] = []
    for (const cell of cells) calls.push(await prepare(cell))
    const before = await fingerprint(world.node.database.pool)
    const outcomes = await Promise.all(calls.filter(isRefusal).map((each) => call({ method, path }, each)))
    const after = await fingerprint(world.node.database.pool)
    for (const each of calls) if (!isRefusal(each)) outcomes.push(await call({ method, path }, each))
    const wanted = calls.map(({ caller, expected }) => [caller, expected.answer])
    expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(wanted))
    for (const stored of [before, after]) delete stored[records]
    expect(after, 'a refused call changes nothing').toEqual(before)
  })
})
