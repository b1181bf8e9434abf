import { randomUUID } from 'node:crypto'
import { caller } from './call-charsu.ts'
import { exchange } from './exchange.ts'
import type { Flags } from './flags.ts'
import { aftermath } from './fuzz/aftermath.ts'
import { fuzzFailures } from './fuzz/fuzz-failure.ts'
import { fuzzSurface } from './fuzz/fuzz-surface.ts'
import type { Target } from './fuzz/request-arbitrary.ts'
import type { MakeDeps } from './make-values.ts'
import { type Marketplace, openMarketplace } from './marketplace.ts'
import { type OwnOperation, OwnValidator, readOwnDescription } from './own-description.ts'
import type { Failure, Totals } from './report.ts'
import type { Rulings } from './rulings.ts'
import { type RunningCharsu, startCharsu } from './start-charsu.ts'

/** Scopes that an app's own operations need, so that their random requests get through. */
const SCOPES = [
  'USER_ID',
  'USER_PHONE',
  'USER_POSTS_GET',
  'SEND_EVENT',
  'CHAT_BOT_USER_MESSAGE_SEND',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
  'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  'CHAT_POST_CONVERSATIONS_READ.post_token',
  'CHAT_CONVERSATION_READ.conversation_id',
]

/** Not asked, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  Me_Stream: 'its answer does not end',
  Development_Get: 'it is there to tell the host key, which is a secret of the run',
  Development_TrafficStream: 'its answer does not end',
  Development_LoadSnapshot: 'it would replace the people, keys and sessions of all that follows',
  Logout: 'it would end the session of all that follows',
}

/** Tags whose answers are pages, files and redirects, or in another standard's form. */
const PAGES = new Set(['Pages', 'OAuth', 'Media', 'Operation'])

const NO_RULINGS: Rulings = {
  chooseOne: new Set(),
  chooseOneParameter: ['primary_button.action.', 'secondary_button.action.'],
  leaveOut: new Set(),
  notRead: new Set(),
  openEnums: new Set(),
}

/**
 * Sends random requests to everything that our own description describes: the host's, the users' and the developers'
 * APIs, the pages, and the apps' API with its older forms. Nothing may be answered 5xx, and answers keep to what
 * /docs/json says of them.
 */
export async function runOwnSurface(flags: Flags): Promise<{ totals: Totals; failures: Failure[] }> {
  await using charsu = await startCharsu()
  const marketplace = await openMarketplace({ ...charsu, scopes: SCOPES })
  const names = await thingsToName(charsu, marketplace)
  const { text } = await exchange({ method: 'GET', url: `${charsu.url}/docs/json`, headers: {}, body: null })
  const { operations, schemas } = readOwnDescription(text)
  const deps: MakeDeps = {
    schemas,
    rulings: NO_RULINGS,
    resource: (name, chosen) => names[name] ?? marketplace.resource(name, chosen),
  }
  const began = performance.now()
  const targets = operations
    .filter(({ id }) => !Object.hasOwn(LEFT_OUT, id))
    .map((operation) => targetOf(operation, { charsu, marketplace }))
  const outcome = await fuzzSurface([{ validator: new OwnValidator(schemas), deps: () => deps, targets }], {
    url: charsu.url,
    flags,
    exact: new Map(),
    // Keys and tokens are what some of these operations are for; the host's key nobody is ever told.
    secrets: [charsu.hostKey],
  })
  const left = await aftermath({ ...charsu, accepted: [], mayErase: true })
  const failures = fuzzFailures(charsu.url, outcome, left)
  return {
    totals: {
      operations: operations.length,
      served: targets.length,
      requests: outcome.requests,
      fuzzed: outcome.requests,
      failed: failures.length,
      requests_per_second: outcome.requestsPerSecond,
      seconds: Math.round((performance.now() - began) / 100) / 10,
    },
    failures,
  }
}

/** Things of the host's and the people's own world, by the names of their parameters. */
async function thingsToName(
  { url, hostKey }: RunningCharsu,
  { key, accessToken, sessions, resource }: Marketplace,
): Promise<Readonly<Record<string, string>>> {
  const asHost = caller(url, { authorization: `Bearer ${hostKey}` })
  const asApp = caller(url, { 'x-api-key': key, authorization: `Bearer ${accessToken}` })
  const asUser = caller(url, { cookie: sessions.user })
  await asHost('PUT', '/host/v1/users/guest', { name: 'Guest' })
  const conversationId = resource('conversation_id', {}) ?? ''
  const action = { get_dynamic_action: { data: { n: 1 } } }
  const { message_id } = await asApp<{ message_id: string }>(
    'POST',
    `/v2/open-platform/conversations/${conversationId}/messages`,
    { message: 'press', sender_buttons: { rows: [{ buttons: [{ caption: 'Press', action }] }] } },
  )
  await asApp('POST', '/experimental/open-platform/events/send', {
    message: 'press',
    primary_button: { title: 'Press it', action },
  })
  const { notices } = await asUser<{ notices: { id: string }[] }>('GET', '/me/v1/notices')
  return {
    host_id: 'guest',
    other: 'buyer',
    user: 'buyer',
    buyer: 'buyer',
    owner: 'developer',
    app: resource('slug', {}) ?? '',
    message_id,
    notice_id: notices[0]?.id ?? '',
    side: 'sender',
    limit: '5',
    touchpoint: 'CHAT',
    kind: 'image',
    variant: 'file',
    key_id: randomUUID(),
    grant_id: randomUUID(),
    redirect_uri: 'http://localhost:9/callback',
    client_id: resource('slug', {}) ?? '',
  }
}

/** Whose session a surface is for, where it is not any person's. */
const PERSONS: Readonly<Record<string, 'developer' | 'operator'>> = {
  Console: 'developer',
  Operators: 'operator',
}

const NOBODY = 'nobody-0123456789abcdef0123456789abcdef'

function targetOf(
  operation: OwnOperation,
  { charsu, marketplace }: { charsu: RunningCharsu; marketplace: Marketplace },
): Target {
  const { key, accessToken, sessions } = marketplace
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const session = sessions[PERSONS[operation.tag] ?? 'user']
  const right: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    ApiKey: { 'x-api-key': key },
    UserToken: bearer(accessToken),
    HostKey: bearer(charsu.hostKey),
    MetricsToken: bearer(charsu.hostKey),
    Session: { cookie: session },
  }
  const wrong: typeof right = {
    ApiKey: { 'x-api-key': NOBODY },
    HostKey: bearer(NOBODY),
    Session: { cookie: `charsu_session=${NOBODY}` },
  }
  const { security, tag } = operation
  const isPage = PAGES.has(tag)
  const strangers = security.map((name) => wrong[name]).filter((headers) => headers !== undefined)
  return {
    operation,
    served: true,
    // Most pages show more to somebody who has logged in.
    right: Object.assign(isPage ? { ...right.Session } : {}, ...security.map((name) => right[name])),
    wrong: isPage || security.length === 0 ? [] : [{}, ...strangers],
    isPage,
    credentialsMayEnd: true,
  }
}
