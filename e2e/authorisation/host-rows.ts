import { randomUUID } from 'node:crypto'
import { addApp, addPost, addUser } from '../../packages/server/testing/marketplace-fixture.ts'
import { hostRow } from './host-callers.ts'
import { OK, type Row } from './row.ts'
import { addDelivery, addKey, addReplay, type World } from './world.ts'

const newToken = (): string => `t${randomUUID().replaceAll('-', '').slice(0, 12)}`
const userParams = ({ party }: World) => ({ params: { host_id: party.seller.hostId } })
const blockParams = ({ stranger, otherDeveloper }: World) => ({
  params: { host_id: stranger.hostId, other: otherDeveloper.hostId },
})

const newApp = ({ node, developer }: World) =>
  addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })
const ofReplay = (status: 'running' | 'paused') => async (world: World) => ({
  params: { replay_id: await addReplay(world, await newApp(world), status) },
})

/** What the marketplace's backend calls. */
export const hostRows: readonly Row[] = [
  hostRow({
    method: 'PUT',
    path: '/host/v1/users/:host_id',
    operation: 'Host_UpsertUser',
    sent: () => ({ params: { host_id: `new-${randomUUID()}` }, body: { name: 'Sara' } }),
    works: OK,
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/users',
    operation: 'Host_UpsertUsers',
    sent: () => ({ body: { users: [{ host_id: `new-${randomUUID()}` }] } }),
    works: { answer: '200', says: ['"created":1'] },
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/users/:host_id',
    operation: 'Host_GetUser',
    sent: userParams,
    works: OK,
  }),
  hostRow({
    method: 'DELETE',
    path: '/host/v1/users/:host_id',
    operation: 'Host_DeleteUser',
    sent: async ({ node }) => ({ params: { host_id: (await addUser(node.db)).hostId } }),
    works: { answer: '200', says: ['"deleted_at":'] },
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/users/:host_id/blocks',
    operation: 'Host_ListBlocks',
    sent: userParams,
    works: OK,
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/users/:host_id/blocks/:other',
    operation: 'Host_BlockUser',
    sent: blockParams,
    works: OK,
  }),
  hostRow({
    method: 'DELETE',
    path: '/host/v1/users/:host_id/blocks/:other',
    operation: 'Host_UnblockUser',
    sent: blockParams,
    works: OK,
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/posts/:token',
    operation: 'Host_UpsertPost',
    sent: ({ party }) => ({ params: { token: newToken() }, body: { owner: party.seller.hostId } }),
    works: OK,
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/posts',
    operation: 'Host_UpsertPosts',
    sent: ({ party }) => ({ body: { posts: [{ token: newToken(), owner: party.seller.hostId }] } }),
    works: { answer: '200', says: ['"created":1'] },
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/posts/:token',
    operation: 'Host_GetPost',
    sent: ({ party }) => ({ params: { token: party.post.token } }),
    works: OK,
  }),
  hostRow({
    method: 'DELETE',
    path: '/host/v1/posts/:token',
    operation: 'Host_RemovePost',
    sent: async ({ node, party }) => ({
      params: { token: (await addPost(node.db, party.seller.id)).token },
    }),
    works: { answer: '200', says: ['"state":"ARCHIVED"'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/conversations',
    operation: 'Host_OpenConversation',
    sent: ({ party }) => ({ body: { post_token: party.post.token, buyer: party.buyer.hostId } }),
    works: OK,
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/conversations/:conversation_id/messages',
    operation: 'Host_SendMessage',
    sent: ({ party }) => ({
      params: { conversation_id: party.conversationId },
      body: { sender: party.buyer.hostId, text: 'hello' },
    }),
    works: OK,
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/conversations/:conversation_id/messages',
    operation: 'Host_ListMessages',
    sent: ({ party }) => ({ params: { conversation_id: party.conversationId } }),
    works: OK,
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/apps',
    operation: 'Host_ListApps',
    sent: () => ({}),
    works: OK,
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/apps/:slug/approval',
    operation: 'Host_ApproveApp',
    sent: async ({ node, developer }) => {
      const { slug } = await addApp(node.db, developer.id)
      return { params: { slug }, body: { approved: true, scopes: [], permissions: [] } }
    },
    works: OK,
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/apps/:slug/keys',
    operation: 'Host_ListKeys',
    sent: async (world) => ({ params: { slug: (await newApp(world)).slug } }),
    works: { answer: '200', says: ['"hint":'], hides: ['"hash"', '"key":'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/apps/:slug/keys',
    operation: 'Host_CreateKey',
    sent: async (world) => {
      const { id, slug } = await newApp(world)
      await world.node.db.insertInto('app_permissions').values({ app_id: id, name: 'GET_POST' }).execute()
      return { params: { slug }, body: { name: 'from the host', permissions: ['GET_POST'] } }
    },
    works: { answer: '200', says: ['"key":"ck_'], hides: ['"hash"'] },
  }),
  hostRow({
    method: 'DELETE',
    path: '/host/v1/apps/:slug/keys/:key_id',
    operation: 'Host_RevokeKey',
    sent: async (world) => {
      const app = await newApp(world)
      const { id } = await addKey(world, app, { permissions: ['GET_POST'] })
      return { params: { slug: app.slug, key_id: id } }
    },
    works: { answer: '200', says: ['"revoked_at":"'], hides: ['"hash"', '"key":'] },
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/apps/:slug/owner',
    operation: 'Host_HandAppOver',
    sent: async ({ node, developer }) => {
      const { slug } = await addApp(node.db, (await addUser(node.db)).id)
      return { params: { slug }, body: { owner: developer.hostId } }
    },
    works: OK,
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/apps/:slug/limits',
    operation: 'Host_LimitApp',
    sent: async (world) => ({ params: { slug: (await newApp(world)).slug }, body: { per_day: 7 } }),
    works: { answer: '200', says: ['"per_day":{"limit":7'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/replays',
    operation: 'Host_StartReplay',
    sent: async (world) => {
      const app = await newApp(world)
      await addDelivery(world, app)
      return { body: { app: app.slug } }
    },
    works: { answer: '200', says: ['"created_by":"host"'] },
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/replays',
    operation: 'Host_ListReplays',
    sent: () => ({}),
    works: OK,
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/replays/:replay_id',
    operation: 'Host_GetReplay',
    sent: ofReplay('running'),
    works: OK,
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/replays/:replay_id/pause',
    operation: 'Host_PauseReplay',
    sent: ofReplay('running'),
    works: { answer: '200', says: ['"status":"paused"'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/replays/:replay_id/resume',
    operation: 'Host_ResumeReplay',
    sent: ofReplay('paused'),
    works: { answer: '200', says: ['"status":"running"'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/replays/:replay_id/cancel',
    operation: 'Host_CancelReplay',
    sent: ofReplay('running'),
    works: { answer: '200', says: ['"status":"cancelled"'] },
  }),
  hostRow({
    method: 'POST',
    path: '/host/v1/login-links',
    operation: 'Host_CreateLoginLink',
    sent: ({ stranger }) => ({ body: { user: stranger.hostId } }),
    works: { answer: '200', says: ['/login/'] },
  }),
  hostRow({
    method: 'GET',
    path: '/host/v1/page-templates',
    operation: 'Host_GetPageTemplates',
    sent: () => ({}),
    works: OK,
  }),
  hostRow({
    method: 'PUT',
    path: '/host/v1/page-templates',
    operation: 'Host_SetPageTemplates',
    sent: () => ({ body: { login_url: 'https://market.example/login?to={return_to}' } }),
    works: OK,
  }),
]
