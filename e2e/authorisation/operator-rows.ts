import {
  addApp,
  addPost,
  addUser,
  type UserFixture,
} from '../../packages/server/testing/marketplace-fixture.ts'
import type { Expected, Sent } from './outcome.ts'
import { OK, type Row, withHeaders } from './row.ts'
import { AS_JSON, fromPages, strangers } from './session-callers.ts'
import { addDelivery, addReplay, type World } from './world.ts'

const NOT_AN_OPERATOR: Expected = {
  answer: '403 7 NOT_AN_OPERATOR',
  says: ['for the marketplace’s operators'],
}

interface OperatorRow extends Omit<Row, 'cells'> {
  /** What the operator sends, about things made anew for each call. */
  sent: (world: World) => Sent | Promise<Sent>
  works: Expected
}

/** Operations of the marketplace's staff: no other person gets there, whatever belongs to them. */
function operatorRow({ sent, works, ...operation }: OperatorRow): Row {
  const as = (user: (w: World) => UserFixture | Promise<UserFixture>) => async (w: World) =>
    withHeaders(await sent(w), { cookie: (await user(w)).cookie })
  const own = as((w) => w.operator)
  return {
    ...operation,
    cells: [
      ...strangers(sent, (w) => w.operator, AS_JSON),
      ...fromPages(operation.method, own, works, AS_JSON),
      { caller: 'user', sent: as((w) => w.party.seller), expected: NOT_AN_OPERATOR },
      { caller: 'developer', sent: as((w) => w.developer), expected: NOT_AN_OPERATOR },
      {
        caller: 'operator whose flag was taken away',
        sent: as(async ({ node }) => {
          const user = await addUser(node.db, { operator: true })
          await node.db.updateTable('users').set({ operator: false }).where('id', '=', user.id).execute()
          return user
        }),
        expected: NOT_AN_OPERATOR,
      },
      {
        caller: 'blacklisted operator',
        sent: as(({ node }) => addUser(node.db, { operator: true, blacklisted: true })),
        expected: works,
      },
      { caller: 'operator', sent: own, expected: works },
    ],
  }
}

const newApp = ({ node, developer }: World) =>
  addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })

const ofApp = async (world: World): Promise<Sent> => ({ params: { slug: (await newApp(world)).slug } })

const ofReplay = (status: 'running' | 'paused') => async (world: World) => ({
  params: { replay_id: await addReplay(world, await newApp(world), status) },
})

const replayChange = (change: 'pause' | 'resume' | 'cancel', operation: string, status: string): Row =>
  operatorRow({
    method: 'POST',
    path: `/operator/v1/replays/:replay_id/${change}`,
    operation,
    sent: ofReplay(change === 'resume' ? 'paused' : 'running'),
    works: { answer: '200', says: [`"status":"${status}"`] },
  })

/** What the marketplace's own staff calls. */
export const operatorRows: readonly Row[] = [
  operatorRow({
    method: 'GET',
    path: '/operator/v1/overview',
    operation: 'Operator_GetOverview',
    sent: () => ({}),
    works: { answer: '200', says: ['"readiness"'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/apps',
    operation: 'Operator_ListApps',
    sent: () => ({ query: '?state=development' }),
    works: { answer: '200', says: ['"apps":['] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/apps/:slug',
    operation: 'Operator_GetApp',
    sent: ofApp,
    works: { answer: '200', says: ['"endpoint"'], hides: ['whsec_', '"hash"'] },
  }),
  operatorRow({
    method: 'PUT',
    path: '/operator/v1/apps/:slug/approval',
    operation: 'Operator_DecideApp',
    sent: async (world) => ({
      ...(await ofApp(world)),
      body: { approved: true, scopes: ['USER_ID'], permissions: [] },
    }),
    works: { answer: '200', says: ['"state":"approved"'] },
  }),
  operatorRow({
    method: 'PUT',
    path: '/operator/v1/apps/:slug/limits',
    operation: 'Operator_LimitApp',
    sent: async (world) => ({ ...(await ofApp(world)), body: { per_day: 7 } }),
    works: { answer: '200', says: ['"per_day":{"limit":7'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/users',
    operation: 'Operator_ListUsers',
    sent: ({ party }) => ({ query: `?q=${party.seller.hostId}` }),
    works: { answer: '200', says: ['0912*****67'], hides: ['09121234567'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/users/:host_id',
    operation: 'Operator_GetUser',
    sent: ({ party }) => ({ params: { host_id: party.seller.hostId } }),
    works: { answer: '200', says: ['0912*****67'], hides: ['09121234567'] },
  }),
  operatorRow({
    method: 'PATCH',
    path: '/operator/v1/users/:host_id',
    operation: 'Operator_ChangeUser',
    sent: async ({ node }) => ({
      params: { host_id: (await addUser(node.db)).hostId },
      body: { developer: true },
    }),
    works: { answer: '200', says: ['"developer":true'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/posts',
    operation: 'Operator_ListPosts',
    sent: ({ party }) => ({ query: `?owner=${party.seller.hostId}` }),
    works: OK,
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/posts/:token',
    operation: 'Operator_GetPost',
    sent: async ({ node, party }) => ({
      params: { token: (await addPost(node.db, party.seller.id)).token },
    }),
    works: OK,
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/deliveries',
    operation: 'Operator_ListDeliveries',
    sent: () => ({ query: '?list=waiting' }),
    works: OK,
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/deliveries/:delivery_id',
    operation: 'Operator_GetDelivery',
    sent: async (world) => {
      const { deliveryId } = await addDelivery(world, await newApp(world), 'dead')
      return { params: { delivery_id: deliveryId } }
    },
    works: { answer: '200', hides: ['request_body', 'answer_body'] },
  }),
  operatorRow({
    method: 'POST',
    path: '/operator/v1/replays',
    operation: 'Operator_StartReplay',
    sent: async (world) => {
      const app = await newApp(world)
      await addDelivery(world, app, 'dead')
      return { body: { app: app.slug } }
    },
    works: { answer: '200', says: ['"created_by":"operator"'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/replays',
    operation: 'Operator_ListReplays',
    sent: async (world) => ({ query: `?app=${(await newApp(world)).slug}` }),
    works: OK,
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/replays/:replay_id',
    operation: 'Operator_GetReplay',
    sent: ofReplay('running'),
    works: OK,
  }),
  replayChange('pause', 'Operator_PauseReplay', 'paused'),
  replayChange('resume', 'Operator_ResumeReplay', 'running'),
  replayChange('cancel', 'Operator_CancelReplay', 'cancelled'),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/nodes',
    operation: 'Operator_ListNodes',
    sent: () => ({}),
    works: { answer: '200', says: ['"self":true'] },
  }),
  operatorRow({
    method: 'GET',
    path: '/operator/v1/actions',
    operation: 'Operator_ListActions',
    sent: () => ({}),
    works: { answer: '200', says: ['"actions":['] },
  }),
]
