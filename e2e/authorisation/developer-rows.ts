import { randomUUID } from 'node:crypto'
import {
  type AppFixture,
  addApp,
  type UserFixture,
} from '../../packages/server/testing/marketplace-fixture.ts'
import { OK, type Row } from './row.ts'
import { developerRow } from './session-callers.ts'
import { addDelivery, addKey, addReplay, type World } from './world.ts'

const APP = '/console/v1/apps/:slug'

const newApp = ({ node }: World, developer: UserFixture): Promise<AppFixture> =>
  addApp(node.db, developer.id, { eventsUrl: 'http://127.0.0.1:9/events' })

const ofApp = async (world: World, developer: UserFixture) => ({
  params: { slug: (await newApp(world, developer)).slug },
})

async function ofDelivery(world: World, developer: UserFixture) {
  const app = await newApp(world, developer)
  const { deliveryId } = await addDelivery(world, app)
  return { params: { slug: app.slug, delivery_id: deliveryId } }
}

const ofReplay = (status: 'running' | 'paused') => async (world: World, developer: UserFixture) => {
  const app = await newApp(world, developer)
  return { params: { slug: app.slug, replay_id: await addReplay(world, app, status) } }
}

/** What app developers call. */
export const developerRows: readonly Row[] = [
  developerRow({
    method: 'GET',
    path: '/console/v1/apps',
    operation: 'Console_ListApps',
    sent: () => ({}),
    works: OK,
    otherDeveloper: { answer: '200', says: ['"apps":[]'] },
  }),
  developerRow({
    method: 'POST',
    path: '/console/v1/apps',
    operation: 'Console_CreateApp',
    sent: () => ({ body: { slug: `new-${randomUUID()}`, display_name: 'New app' } }),
    works: { answer: '200', says: ['client_secret'] },
    otherDeveloper: OK,
  }),
  developerRow({ method: 'GET', path: APP, operation: 'Console_GetApp', sent: ofApp, works: OK }),
  developerRow({
    method: 'PATCH',
    path: APP,
    operation: 'Console_ChangeApp',
    sent: async (world, developer) => ({
      ...(await ofApp(world, developer)),
      body: { description: 'changed' },
    }),
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/submit`,
    operation: 'Console_SubmitApp',
    sent: ofApp,
    works: OK,
  }),
  developerRow({ method: 'GET', path: `${APP}/keys`, operation: 'Console_ListKeys', sent: ofApp, works: OK }),
  developerRow({
    method: 'POST',
    path: `${APP}/keys`,
    operation: 'Console_CreateKey',
    sent: async (world, developer) => {
      const app = await newApp(world, developer)
      await world.node.db.insertInto('app_permissions').values({ app_id: app.id, name: 'GET_POST' }).execute()
      return { params: { slug: app.slug }, body: { permissions: ['GET_POST'] } }
    },
    works: { answer: '200', says: ['"key":"ck_'] },
  }),
  developerRow({
    method: 'DELETE',
    path: `${APP}/keys/:key_id`,
    operation: 'Console_RevokeKey',
    sent: async (world, developer) => {
      const app = await newApp(world, developer)
      const { id } = await addKey(world, app, { permissions: ['GET_POST'] })
      return { params: { slug: app.slug, key_id: id } }
    },
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/secrets/oauth-client/rotate`,
    operation: 'Console_RotateClientSecret',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/secrets/webhook-signing/rotate`,
    operation: 'Console_RotateWebhookSecret',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/endpoint`,
    operation: 'Console_GetEndpoint',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'PATCH',
    path: `${APP}/endpoint`,
    operation: 'Console_LimitEndpoint',
    sent: async (world, developer) => ({ ...(await ofApp(world, developer)), body: { concurrency: 7 } }),
    works: { answer: '200', says: ['"concurrency":7'] },
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/endpoint/enable`,
    operation: 'Console_EnableEndpoint',
    sent: async (world, developer) => {
      const app = await newApp(world, developer)
      await world.node.db
        .updateTable('endpoints')
        .set({ state: 'disabled', disabled_reason: 'answered_410_gone' })
        .where('id', '=', app.endpointId)
        .execute()
      return { params: { slug: app.slug } }
    },
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/limits`,
    operation: 'Console_GetLimits',
    sent: ofApp,
    works: { answer: '200', says: ['per_minute', 'per_day'] },
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/usage`,
    operation: 'Console_GetUsage',
    sent: ofApp,
    works: { answer: '200', says: ['"by":"hour"'] },
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/check-url`,
    operation: 'Console_CheckUrl',
    sent: async (world, developer) => ({
      ...(await ofApp(world, developer)),
      body: { field: 'redirect_uri', url: 'myapp://back' },
    }),
    works: { answer: '200', says: ['"problem":null'] },
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/alerts`,
    operation: 'Console_ListAlerts',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/alerts/:alert_id/seen`,
    operation: 'Console_SeeAlert',
    sent: async (world, developer) => {
      const app = await newApp(world, developer)
      const { id } = await world.node.db
        .insertInto('app_alerts')
        .values({ app_id: app.id, kind: 'endpoint_failing', detail: '{"failureStreak": 30}' })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { params: { slug: app.slug, alert_id: String(id) } }
    },
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/deliveries`,
    operation: 'Console_ListDeliveries',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/deliveries/:delivery_id`,
    operation: 'Console_GetDelivery',
    sent: ofDelivery,
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/deliveries/:delivery_id/resend`,
    operation: 'Console_ResendDelivery',
    sent: ofDelivery,
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/replays`,
    operation: 'Console_StartReplay',
    sent: ofDelivery,
    works: { answer: '200', says: ['"created_by":"developer"'] },
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/replays`,
    operation: 'Console_ListReplays',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/replays/:replay_id`,
    operation: 'Console_GetReplay',
    sent: ofReplay('running'),
    works: OK,
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/replays/:replay_id/pause`,
    operation: 'Console_PauseReplay',
    sent: ofReplay('running'),
    works: { answer: '200', says: ['"status":"paused"'] },
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/replays/:replay_id/resume`,
    operation: 'Console_ResumeReplay',
    sent: ofReplay('paused'),
    works: { answer: '200', says: ['"status":"running"'] },
  }),
  developerRow({
    method: 'POST',
    path: `${APP}/replays/:replay_id/cancel`,
    operation: 'Console_CancelReplay',
    sent: ofReplay('running'),
    works: { answer: '200', says: ['"status":"cancelled"'] },
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/clicks`,
    operation: 'Console_ListClicks',
    sent: ofApp,
    works: OK,
  }),
  developerRow({
    method: 'GET',
    path: `${APP}/subscriptions`,
    operation: 'Console_ListSubscriptions',
    sent: ofApp,
    works: OK,
  }),
]
