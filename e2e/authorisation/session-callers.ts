import { newSecret } from '../../packages/server/src/ids.ts'
import { addUser, type UserFixture } from '../../packages/server/testing/marketplace-fixture.ts'
import type { Expected, Sent } from './outcome.ts'
import { bearer, type Cell, type Row, withHeaders } from './row.ts'
import { addToken, endedSession, type Party, type World } from './world.ts'

const NO_SESSION: Expected = { answer: '401 16 SESSION_MISSING', says: ['open a login link of the host'] }
const CROSS_ORIGIN: Expected = { answer: '403 7 CROSS_ORIGIN', says: ['another site’s page'] }
const NOT_A_DEVELOPER: Expected = { answer: '403 7 NOT_A_DEVELOPER', says: ['for app developers'] }
const NOT_YOUR_APP: Expected = { answer: '404 5 APP_UNKNOWN', says: ['you have no app'] }

/** How a route that people open in a browser refuses: the same status, as a page. */
export interface Refusals {
  noSession: Expected
  crossOrigin: Expected
}

export const AS_JSON: Refusals = { noSession: NO_SESSION, crossOrigin: CROSS_ORIGIN }

interface UserRow extends Omit<Row, 'cells'> {
  /** What `user` sends to act on what belongs to the party's seller. */
  sent: (world: World, party: Party, user: UserFixture) => Sent | Promise<Sent>
  works: Expected
  /** To somebody who sends the very same. */
  otherUser: Expected
  blacklisted: Expected
  refusals?: Refusals
}

/** Operations for people, by session cookie. */
export function userRow({
  sent,
  works,
  otherUser,
  blacklisted,
  refusals = AS_JSON,
  ...operation
}: UserRow): Row {
  const as = (user: (w: World) => UserFixture, party: (w: World) => Party) => async (w: World) =>
    withHeaders(await sent(w, party(w), party(w).seller), { cookie: user(w).cookie })
  const seller = as(
    (w) => w.party.seller,
    (w) => w.party,
  )
  return {
    ...operation,
    cells: [
      ...strangers(
        (w) => sent(w, w.party, w.party.seller),
        (w) => w.party.seller,
        refusals,
      ),
      ...fromPages(operation.method, seller, works, refusals),
      {
        caller: 'another user',
        sent: as(
          (w) => w.stranger,
          (w) => w.party,
        ),
        expected: otherUser,
      },
      {
        caller: 'blacklisted user',
        sent: as(
          (w) => w.bannedParty.seller,
          (w) => w.bannedParty,
        ),
        expected: blacklisted,
      },
      { caller: 'user', sent: seller, expected: works },
    ],
  }
}

interface DeveloperRow extends Omit<Row, 'cells'> {
  /** What `developer` sends about an app of theirs, made anew for each call. */
  sent: (world: World, developer: UserFixture) => Sent | Promise<Sent>
  works: Expected
  /** Where no app is named, another developer is one like any. */
  otherDeveloper?: Expected
}

/** Operations of the console. Each call comes from a developer of its own, for they may have but a few apps. */
export function developerRow({
  sent,
  works,
  otherDeveloper = NOT_YOUR_APP,
  ...operation
}: DeveloperRow): Row {
  const about = async (w: World): Promise<Sent> => sent(w, await newDeveloper(w))
  const own = async (w: World): Promise<Sent> => {
    const developer = await newDeveloper(w)
    return withHeaders(await sent(w, developer), { cookie: developer.cookie })
  }
  const as = (user: (w: World) => UserFixture) => async (w: World) =>
    withHeaders(await about(w), { cookie: user(w).cookie })
  return {
    ...operation,
    cells: [
      ...strangers(about, (w) => w.developer, AS_JSON),
      ...fromPages(operation.method, own, works, AS_JSON),
      { caller: 'user who is no developer', sent: as((w) => w.stranger), expected: NOT_A_DEVELOPER },
      {
        caller: 'owner of the app who is no developer any more',
        sent: async (w) => withHeaders(await sent(w, w.stranger), { cookie: w.stranger.cookie }),
        expected: NOT_A_DEVELOPER,
      },
      {
        caller: 'developer of another app',
        sent: as((w) => w.otherDeveloper),
        expected: otherDeveloper,
      },
      {
        caller: 'blacklisted developer',
        sent: async (w) => {
          const developer = await addUser(w.node.db, { developer: true, blacklisted: true })
          return withHeaders(await sent(w, developer), { cookie: developer.cookie })
        },
        expected: works,
      },
      { caller: 'developer', sent: own, expected: works },
    ],
  }
}

const newDeveloper = ({ node }: World): Promise<UserFixture> => addUser(node.db, { developer: true })

type Send = (world: World) => Sent | Promise<Sent>

/** Everybody without a living session, whatever else they hold. */
export const strangers = (sent: Send, user: (w: World) => UserFixture, { noSession }: Refusals): Cell[] => {
  const cell = (
    caller: string,
    headers: (w: World) => Record<string, string> | Promise<Record<string, string>>,
  ) => ({
    caller,
    sent: async (w: World) => withHeaders(await sent(w), await headers(w)),
    expected: noSession,
  })
  return [
    cell('none', () => ({})),
    cell('empty cookie', () => ({ cookie: 'charsu_session=' })),
    cell('unknown session', () => ({ cookie: `charsu_session=${newSecret('cs')}` })),
    cell('ended session', async (w) => ({ cookie: await endedSession(w, user(w)) })),
    cell('session in another cookie', (w) => ({ cookie: `x${user(w).cookie}` })),
    cell('host key', (w) => bearer(w.node.hostKey)),
    cell('key and token of an app', async (w) => {
      const token = await addToken(w, w.app, user(w), { scopes: ['USER_ID'] })
      return { 'x-api-key': w.app.key, ...bearer(token) }
    }),
  ]
}

const SITES = {
  'another origin': { origin: 'https://evil.example' },
  'our host name on another port': { origin: 'http://127.0.0.1:1' },
  'an opaque origin': { origin: 'null' },
  'another site, by fetch metadata': { 'sec-fetch-site': 'cross-site' },
  'a sibling site, by fetch metadata': { 'sec-fetch-site': 'same-site' },
}

/** The right session, from pages of other sites and of our own; reading changes nothing, so nobody need be refused. */
export function fromPages(method: string, sent: Send, works: Expected, { crossOrigin }: Refusals): Cell[] {
  const foreign = Object.entries(SITES).map(([site, headers]) => ({
    caller: `from ${site}`,
    sent: async (w: World) => withHeaders(await sent(w), headers),
    expected: method === 'GET' ? works : crossOrigin,
  }))
  const own = {
    caller: 'from our own page',
    sent: async (w: World) =>
      withHeaders(await sent(w), { origin: w.node.url, 'sec-fetch-site': 'same-origin' }),
    expected: works,
  }
  return [...foreign, own]
}
