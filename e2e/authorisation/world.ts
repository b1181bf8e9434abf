import { randomUUID } from 'node:crypto'
import { encodeChatPeers } from '@charsu/protocol/chat-peers'
import { AppUserIds } from '../../packages/server/src/access/app-user-ids.ts'
import { openChatbot } from '../../packages/server/src/conversations/open-chatbot.ts'
import { changeReplay } from '../../packages/server/src/delivery/control-replay.ts'
import { EVERYTHING } from '../../packages/server/src/delivery/replay-filter.ts'
import { startReplay } from '../../packages/server/src/delivery/start-replay.ts'
import { hashSecret, newId, newSecret } from '../../packages/server/src/ids.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'

/** A seller with a post, and a buyer who asked about it. */
export interface Party {
  seller: fixture.UserFixture
  buyer: fixture.UserFixture
  post: { id: string; token: string }
  conversationId: string
  /** The older names of seller and buyer towards the world's app, where there is one. */
  older: { seller: string; buyer: string; scope: string }
}

/** A running server with everybody who may call it. */
export interface World extends AsyncDisposable {
  node: TestServer
  party: Party
  /** Its seller is blacklisted. */
  bannedParty: Party
  /** Takes part in nothing, and owns nothing. */
  stranger: fixture.UserFixture
  developer: fixture.UserFixture
  otherDeveloper: fixture.UserFixture
  operator: fixture.UserFixture
  /** A development app with every permission and an events URL. */
  app: fixture.AppFixture
  otherApp: fixture.AppFixture
  /** The app's chatbot with the party's seller. */
  chatbotConversationId: string
  /** In production, with nothing approved. */
  unapprovedApp: fixture.AppFixture
  /** In production, with every permission approved and no scope. */
  scopelessApp: fixture.AppFixture
}

/** Nothing listens there; the world's server makes no attempts. */
const EVENTS_URL = 'http://127.0.0.1:9/events'

/** Where both development apps are told of consents. */
export const REDIRECT_URI = 'http://localhost:9/callback'

export async function createWorld(): Promise<World> {
  const node = await startTestServer({
    config: { dispatcher: false, secret: SECRET },
    // What is stored is compared: nothing old may go meanwhile.
    deps: { firstHousekeepingMs: 3_600_000 },
  })
  const { db } = node
  const developer = await fixture.addUser(db, { developer: true })
  const production = { eventsUrl: EVENTS_URL, development: false }
  const scopelessApp = await fixture.addApp(db, developer.id, production)
  await approvePermissions(node, scopelessApp)
  const app = await fixture.addApp(db, developer.id, { eventsUrl: EVENTS_URL, redirectUris: [REDIRECT_URI] })
  const party = await createParty(node, false, app.id)
  return {
    node,
    party,
    bannedParty: await createParty(node, true, app.id),
    stranger: await fixture.addUser(db),
    developer,
    otherDeveloper: await fixture.addUser(db, { developer: true }),
    operator: await fixture.addUser(db, { operator: true }),
    app,
    chatbotConversationId: (await openChatbot(db, { appId: app.id, userId: party.seller.id })).id,
    otherApp: await fixture.addApp(db, developer.id, { eventsUrl: EVENTS_URL, redirectUris: [REDIRECT_URI] }),
    unapprovedApp: await fixture.addApp(db, developer.id, production),
    scopelessApp,
    [Symbol.asyncDispose]: () => node.close(),
  }
}

async function approvePermissions({ db }: TestServer, app: fixture.AppFixture): Promise<void> {
  const approved_at = new Date()
  await db
    .insertInto('app_permissions')
    .values(fixture.ALL_PERMISSIONS.map((name) => ({ app_id: app.id, name, approved_at })))
    .execute()
}

export async function createParty(
  { db }: TestServer,
  blacklisted: boolean,
  appId: string = newId(),
): Promise<Party> {
  const seller = await fixture.addUser(db, { blacklisted, phone: '09121234567' })
  const buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  const conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  return { seller, buyer, post, conversationId, older: olderNames(appId, { seller, buyer, post }) }
}

/** The world's own, so that ids of users can be told beforehand. */
export const SECRET = 'the-secret-of-the-world-of-callers-0123456789'

/** The id under which an app knows a user. */
export const userIdOf = (appId: string, { id }: Pick<fixture.UserFixture, 'id'>): string =>
  new AppUserIds(Buffer.from(SECRET)).toPublic(appId, id)

export function olderNames(
  appId: string,
  { seller, buyer, post }: Pick<Party, 'seller' | 'buyer' | 'post'>,
): Party['older'] {
  const [sellerId, buyerId] = [userIdOf(appId, seller), userIdOf(appId, buyer)]
  const peers = encodeChatPeers(sellerId, post.token, buyerId)
  return { seller: sellerId, buyer: buyerId, scope: `CHAT_MESSAGE_SEND.${peers}` }
}

/** A further key of an app. */
export async function addKey(
  { node }: World,
  app: fixture.AppFixture,
  { permissions, revoked = false }: { permissions: readonly string[]; revoked?: boolean },
): Promise<{ id: string; key: string }> {
  const key = { id: newId(), key: newSecret('ck') }
  await node.db
    .insertInto('api_keys')
    .values({
      id: key.id,
      app_id: app.id,
      hash: hashSecret(key.key),
      hint: key.key.slice(0, 8),
      permissions: [...permissions],
      revoked_at: revoked ? new Date() : null,
    })
    .execute()
  return key
}

export type TokenState = 'alive' | 'expired' | 'revoked' | 'grant revoked'

/** A token with these scopes alone; a person's consents to one app are one grant. */
export async function addToken(
  { node: { db } }: World,
  app: fixture.AppFixture,
  user: fixture.UserFixture,
  { scopes, state = 'alive' }: { scopes: readonly string[]; state?: TokenState },
): Promise<string> {
  const grantId = state === 'grant revoked' ? null : await livingGrant(db, app.id, user.id)
  const id = grantId ?? newId()
  if (!grantId) {
    await db
      .insertInto('grants')
      .values({
        id,
        app_id: app.id,
        user_id: user.id,
        scopes: [...scopes],
        revoked_at: state === 'grant revoked' ? new Date() : null,
        revoked_reason: null,
      })
      .execute()
  }
  const token = newSecret('ca')
  await db
    .insertInto('access_tokens')
    .values({
      id: newId(),
      hash: hashSecret(token),
      grant_id: id,
      app_id: app.id,
      user_id: user.id,
      scopes: [...scopes],
      code_hash: null,
      expires_at: new Date(Date.now() + (state === 'expired' ? -1_000 : 3_600_000)),
      revoked_at: state === 'revoked' ? new Date() : null,
    })
    .execute()
  return token
}

export async function livingGrant(
  db: World['node']['db'],
  appId: string,
  userId: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('grants')
    .select('id')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row?.id ?? null
}

/** The cookie of a session that has ended. */
export async function endedSession({ node }: World, user: fixture.UserFixture): Promise<string> {
  const secret = newSecret('cs')
  const expires_at = new Date(Date.now() - 1_000)
  await node.db
    .insertInto('sessions')
    .values({ hash: hashSecret(secret), user_id: user.id, expires_at })
    .execute()
  return `charsu_session=${secret}`
}

const BUTTON = { caption: 'Open', action: { open_direct_link: 'https://app.example/' } }

/** A message of the app, sent as the seller, with a button for each side. */
export async function addMessage({ node, app }: World, party: Party): Promise<string> {
  const id = randomUUID()
  const grid = { rows: [{ buttons: [BUTTON] }] }
  await node.database.pool.query(
    `with c as (
       update conversations set last_sequence = last_sequence + 1, last_at = now() where id = $2
       returning last_sequence)
     insert into messages (id, conversation_id, sequence, sender_id, app_id, body, sent_at)
     select $1, $2, last_sequence, $3, $4, $5, now() from c`,
    [
      id,
      party.conversationId,
      party.seller.id,
      app.id,
      JSON.stringify({ text: 'hello', sender_buttons: grid, receiver_buttons: grid }),
    ],
  )
  return id
}

/** A notice of the app to a party's seller, with a button. */
export async function addNotice({ node, app }: World, { seller }: Party): Promise<string> {
  const id = randomUUID()
  await node.db
    .insertInto('notices')
    .values({
      id,
      app_id: app.id,
      user_id: seller.id,
      target_type: 'USER',
      post_id: null,
      message: 'hello',
      buttons: JSON.stringify({ primary: { title: 'Open it', action: BUTTON.action } }),
    })
    .execute()
  return id
}

/** A consent of a party's seller to an app of its own, so that revoking it leaves the others alone. */
export async function addConsent({ node, developer }: World, { seller }: Party): Promise<string> {
  const app = await fixture.addApp(node.db, developer.id)
  return (await fixture.addGrant(node.db, app.id, seller.id, ['USER_ID'])).grantId
}

/** A finished delivery to an app, one that its endpoint took unless told otherwise. */
export async function addDelivery(
  { node, party }: World,
  app: fixture.AppFixture,
  state: 'delivered' | 'dead' = 'delivered',
): Promise<{ deliveryId: string }> {
  const { rows } = await node.database.pool.query<{ id: string }>(
    `insert into delivery_history (id, endpoint_id, sequence, subscription_id, event_type, source_id,
       conversation_id, state, attempts, attempt_log, replay, created_at, finished_at)
     select nextval(pg_get_serial_sequence('delivery_queue', 'id')), $1, 1, $2, 'NEW_MESSAGE', $3, $4,
       $5, 1, '[]', false, now(), now()
     returning id`,
    [app.endpointId, randomUUID(), randomUUID(), party.conversationId, state],
  )
  return { deliveryId: String(rows[0]?.id) }
}

/** A replay of an app with one delivery, running or paused. */
export async function addReplay(
  world: World,
  app: fixture.AppFixture,
  status: 'running' | 'paused',
): Promise<string> {
  await addDelivery(world, app)
  const { id } = await startReplay(world.node.db, { appId: app.id, filter: EVERYTHING, createdBy: null })
  if (status === 'paused') await changeReplay(world.node.db, { jobId: id, appId: app.id }, 'pause')
  return id
}
