import type { TSchema } from 'typebox'
import type { CallerKind } from '../../packages/server/src/access/callers.ts'
import type { Route } from '../../packages/server/src/http/route.ts'
import * as fixture from '../../packages/server/testing/marketplace-fixture.ts'
import {
  addConsent,
  addDelivery,
  addKey,
  addMessage,
  addNotice,
  addToken,
  userIdOf,
  type World,
} from '../authorisation/world.ts'

/** An operation with credentials that open it and ids that exist, so that what is sent gets as far as it can. */
export interface Target {
  route: Route
  /** Header lines. */
  credentials: readonly string[]
  params: Readonly<Record<string, string>>
  /** Texts that mean something here. */
  known: readonly string[]
  bodySchema: TSchema | undefined
  queryNames: readonly string[]
}

/** Everything the server serves. What calls may destroy is nothing that other calls need. */
export async function targetsIn(world: World): Promise<Target[]> {
  const { node, party, app } = world
  const { db } = node
  const spare = await spareThings(world)
  const token = await addToken(world, app, party.seller, {
    scopes: [
      `CONVERSATION_SEND_MESSAGE.${party.conversationId}`,
      `CHAT_CONVERSATION_READ.${party.conversationId}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
      `CHAT_POST_CONVERSATIONS_READ.${party.post.token}`,
      party.older.scope,
      ...['CHAT_BOT_USER_MESSAGE_SEND', 'SEND_EVENT', 'USER_ID', 'USER_PHONE', 'USER_POSTS_GET'],
    ],
  })
  const passing = await fixture.addUser(db)
  const credentials: Record<CallerKind, string[]> = {
    anyone: [],
    local: [],
    app: [`X-Api-Key: ${app.key}`],
    'app-with-user': [`X-Api-Key: ${app.key}`, `Authorization: Bearer ${token}`],
    'app-maybe-user': [`X-Api-Key: ${app.key}`, `Authorization: Bearer ${token}`],
    host: [`Authorization: Bearer ${node.hostKey}`],
    monitor: [],
    user: [`Cookie: ${party.seller.cookie}`],
    developer: [`Cookie: ${world.developer.cookie}`],
    operator: [`Cookie: ${world.operator.cookie}`],
  }
  const mine = {
    conversation_id: party.conversationId,
    message_id: await addMessage(world, party),
    notice_id: await addNotice(world, party),
    grant_id: await addConsent(world, party),
    token: party.post.token,
    slug: spare.app.slug,
    key_id: spare.keyId,
    delivery_id: spare.deliveryId,
    secret: 'cl_unknown',
  }
  const ofChatbot = {
    ...mine,
    conversation_id: world.chatbotConversationId,
    user_id: userIdOf(app.id, party.seller),
  }
  const ofHost = {
    ...mine,
    host_id: spare.user.hostId,
    other: world.stranger.hostId,
    token: spare.post.token,
  }
  const words = [
    'TEXT',
    'hello',
    'https://app.example/x',
    'NEW_MESSAGE_ON_POST',
    'POST_UPDATE',
    'USER',
    'POST',
    party.older.seller,
    party.older.buyer,
    'DIRECT_LINK',
  ]
  // The bundled app answers as an app does, in a form of its own.
  const routes = node.server.routes.filter(({ path }) => !/^\/dev\/demo-bot\//.test(path))
  return routes.map((route) => {
    const inChatbot = /\/(chat\/bot|chatbot-conversations)\//.test(route.path)
    const params = route.caller === 'host' ? ofHost : inChatbot ? ofChatbot : mine
    return {
      route,
      // Its session ends with the first call.
      credentials: route.path === '/logout' ? [`Cookie: ${passing.cookie}`] : credentials[route.caller],
      params,
      known: [
        ...words,
        ...Object.values(params),
        'USER_ID',
        'GET_POST',
        'PUBLISHED',
        '/chat',
        'authorization_code',
      ],
      bodySchema: route.body?.schema,
      queryNames: propertyNames(route.query?.schema),
    }
  })
}

async function spareThings(world: World) {
  const { node, developer } = world
  const user = await fixture.addUser(node.db)
  const app = await fixture.addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
  return {
    user,
    app,
    post: await fixture.addPost(node.db, user.id),
    keyId: (await addKey(world, app, { permissions: ['GET_POST'] })).id,
    deliveryId: (await addDelivery(world, app)).deliveryId,
  }
}

const propertyNames = (schema: TSchema | undefined): string[] =>
  Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})

/** The path with parameters as they should be, but for those given in place. */
export const pathOf = ({ route, params }: Target, instead?: string): string =>
  route.path.replace(/:([a-z_]+)/g, (_, name: string) => instead ?? encodeURIComponent(params[name] ?? 'x'))

export const hasParams = ({ route }: Target): boolean => route.path.includes(':')
