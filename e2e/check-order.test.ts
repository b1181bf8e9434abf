import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecret } from '../packages/server/src/ids.ts'
import { type AppFixture, addApp } from '../packages/server/testing/marketplace-fixture.ts'
import { outcomeOf, type Sent } from './authorisation/outcome.ts'
import { bearer } from './authorisation/row.ts'
import { addKey, addToken, createWorld, type World } from './authorisation/world.ts'

/** The order of wire contract §0; of two faults in one request the earlier is answered. */
const STAGES = ['route', 'key', 'limit', 'permission', 'token', 'body', 'scope', 'resource', 'state'] as const

type Stage = (typeof STAGES)[number]

interface Ordered {
  path: string
  /** One that is not served. */
  otherPath: string
  permission: string
  /** The call, with what the faults ask for. */
  sent: (world: World, faults: ReadonlySet<Stage>) => Sent
  /** A body that breaks a rule, beside one that is no JSON. */
  wrongBody: unknown
  scopes: (world: World, faults: ReadonlySet<Stage>) => readonly string[]
  answers: Readonly<Record<Stage, string>>
  /** Faults that need another user or app. */
  blacklistedUser: boolean
}

const COMMON = {
  route: '501 12 OPERATION_NOT_SERVED',
  key: '401 16 API_KEY_UNKNOWN',
  limit: '429 8 DAILY_QUOTA_EXCEEDED',
  permission: '403 7 PERMISSION_MISSING',
  token: '401 16 ACCESS_TOKEN_EXPIRED',
  body: '400 3 INVALID_FIELDS',
  scope: '403 7 SCOPE_MISSING',
} as const

/** No conversation has it, and no post. */
const UNKNOWN_ID = randomUUID()
const UNKNOWN_TOKEN = 'no_such_post'

const conversationOf = ({ bannedParty }: World, faults: ReadonlySet<Stage>): string =>
  faults.has('resource') ? UNKNOWN_ID : bannedParty.conversationId
const postOf = ({ bannedParty }: World, faults: ReadonlySet<Stage>): string =>
  faults.has('resource') ? UNKNOWN_TOKEN : bannedParty.post.token

const OPERATIONS: Readonly<Record<string, Ordered>> = {
  'sending a message': {
    path: '/v2/open-platform/conversations/:conversation_id/messages',
    otherPath: '/v2/open-platform/conversations/:conversation_id/mesages',
    permission: 'CHAT_SEND_MESSAGE_OAUTH',
    sent: (world, faults) => ({
      params: { conversation_id: conversationOf(world, faults) },
      body: { message: 'hello' },
    }),
    wrongBody: { message: '' },
    scopes: (world, faults) => [`CONVERSATION_SEND_MESSAGE.${conversationOf(world, faults)}`],
    answers: { ...COMMON, resource: '404 5 CONVERSATION_UNKNOWN', state: '412 9 RECIPIENT_RESTRICTED' },
    blacklistedUser: true,
  },
  'subscribing to events': {
    path: '/v1/open-platform/events/subscriptions',
    otherPath: '/v1/open-platform/events/subscription',
    permission: 'EVENTS_REGISTER_SUBSCRIPTION',
    sent: (world, faults) => ({
      body: { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: postOf(world, faults) },
    }),
    wrongBody: { event_type: 'NEW_MESSAGE' },
    scopes: (world, faults) => [`CHAT_POST_CONVERSATIONS_READ.${postOf(world, faults)}`],
    answers: { ...COMMON, resource: '404 5 POST_UNKNOWN', state: '412 9 EVENTS_URL_MISSING' },
    blacklistedUser: false,
  },
  'sending a notice': {
    path: '/experimental/open-platform/events/send',
    otherPath: '/experimental/open-platform/events/sent',
    permission: 'EVENTS_SEND',
    sent: (world, faults) => ({
      body: { message: 'hello', target_type: 'POST', target_resource_id: postOf(world, faults) },
    }),
    wrongBody: { message: '' },
    scopes: () => ['SEND_EVENT'],
    // A post that is not the user's own is outside of what they granted, there or not.
    answers: { ...COMMON, resource: '403 7 TARGET_NOT_OWNED', state: '412 9 RECIPIENT_RESTRICTED' },
    blacklistedUser: true,
  },
}

let world: World
let appWithoutUrl: AppFixture

beforeAll(async () => {
  world = await createWorld()
  appWithoutUrl = await addApp(world.node.db, world.developer.id)
  await world.node.database.pool.query(
    `insert into quota_windows (subject_id, kind, started_at, used)
     select id, 'app_day', quota_window_start('app_day', id, now()), 1 from unnest($1::uuid[]) id`,
    [[world.app.id, appWithoutUrl.id]],
  )
})
afterAll(() => world[Symbol.asyncDispose]())

/** A request with these faults and no other. */
async function faulty(operation: Ordered, faults: ReadonlySet<Stage>, body?: unknown): Promise<Sent> {
  const app = !operation.blacklistedUser && faults.has('state') ? appWithoutUrl : world.app
  // Every resource here belongs to the blacklisted user, who is not blacklisted where the state is to be good.
  const user = world.bannedParty.seller
  const blacklisted = operation.blacklistedUser && faults.has('state')
  await world.node.db.updateTable('users').set({ blacklisted }).where('id', '=', user.id).execute()
  const calls_per_day = faults.has('limit') ? 1 : 0
  await world.node.db.updateTable('apps').set({ calls_per_day }).where('id', '=', app.id).execute()
  const permissions = faults.has('permission') ? ['GET_POST'] : [operation.permission]
  const { key } = await addKey(world, app, { permissions })
  const token = await addToken(world, app, user, {
    scopes: faults.has('scope') ? [] : operation.scopes(world, faults),
    state: faults.has('token') ? 'expired' : 'alive',
  })
  const sent = operation.sent(world, faults)
  return {
    ...sent,
    body: faults.has('body') ? body : sent.body,
    headers: { 'x-api-key': faults.has('key') ? newSecret('ck') : key, ...bearer(token) },
  }
}

async function answerTo(operation: Ordered, faults: ReadonlySet<Stage>, body = operation.wrongBody) {
  const sent = await faulty(operation, faults, body)
  const path = faults.has('route') ? operation.otherPath : operation.path
  return outcomeOf(world.node.url, { method: 'POST', path }, sent, { answer: '' })
}

describe.each(Object.entries(OPERATIONS))('§0 the order of checks: %s', (_, operation) => {
  const pairs = STAGES.slice(1).map((later, i) => ({ earlier: STAGES[i] ?? later, later }))

  test.each(pairs)('$earlier before $later', async ({ earlier, later }) => {
    expect(await answerTo(operation, new Set([earlier, later]))).toBe(operation.answers[earlier])
  })

  test('mending the first fault of all shows the next, down to none', async () => {
    const answers: string[] = []
    const faults = new Set<Stage>(STAGES)
    for (const stage of STAGES) {
      answers.push(await answerTo(operation, faults))
      faults.delete(stage)
    }
    answers.push(await answerTo(operation, faults))
    expect(answers).toEqual([...STAGES.map((stage) => operation.answers[stage]), '200'])
  })
})

describe('§0 the order of checks: a body that cannot be read counts as a body', () => {
  const { path } = OPERATIONS['sending a message']!
  const raw = async (
    faults: ReadonlySet<Stage>,
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
  ) => {
    const { headers, params } = await faulty(OPERATIONS['sending a message']!, faults, {})
    const url = world.node.url + path.replace(':conversation_id', params?.conversation_id ?? '')
    const answer = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': type }, body })
    return answer.status
  }
  const unreadable: [string, string | Uint8Array<ArrayBuffer>, string, number][] = [
    ['no JSON', '{"message": ', 'application/json', 400],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['another type', '<message/>', 'text/xml', 415],
    ['too large', `{"message": "${'x'.repeat(256 * 1024)}"}`, 'application/json', 413],
  ]

  test.each(unreadable)('%s', async (_, body, type, status) => {
    expect(await raw(new Set(['key']), body, type)).toBe(401)
    expect(await raw(new Set(['limit']), body, type)).toBe(429)
    expect(await raw(new Set(['permission']), body, type)).toBe(403)
    expect(await raw(new Set(['token']), body, type)).toBe(401)
    expect(await raw(new Set(['scope', 'resource']), body, type)).toBe(status)
  })
})
