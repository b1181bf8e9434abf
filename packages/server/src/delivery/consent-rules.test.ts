import { expect, test } from 'vitest'
import { addRevocationEvent, finishedDeliveries, revokeGrant, send } from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained, makeDue, attemptsMade } = bed

test('consent taken back ends what is queued as cancelled, without another call', async () => {
  const app = await receiver((_text, index) => (index === 0 ? 500 : 200))
  const { conversation, endpointId, grantId, ...endpoint } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await revokeGrant(bed.pool, grantId)
  await addRevocationEvent(bed.pool, { ...endpoint, endpointId }, 'pseudonym')
  await makeDue()
  await drained()
  expect(
    (await finishedDeliveries(bed.pool, endpointId)).map(({ state, reason }) => [state, reason]).sort(),
  ).toEqual([
    ['cancelled', 'grant_revoked'],
    ['cancelled', 'grant_revoked'],
    ['delivered', null],
  ])
  expect(app.received).toHaveLength(2)
  expect(app.received[1]?.json).toEqual({
    type: 'USER_ACCESS_REVOCATION',
    user_access_revocation: { user_id: 'pseudonym' },
  })
})

test('blacklisting whoever consented ends what is queued as cancelled, without another call', async () => {
  const app = await receiver(() => 500)
  const { conversation, endpointId, grantId } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await bed.pool.query(
    'update users set blacklisted = true where id = (select user_id from grants where id = $1)',
    [grantId],
  )
  await makeDue()
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'cancelled', reason: 'user_blacklisted' },
    { state: 'cancelled', reason: 'user_blacklisted' },
  ])
  expect(app.received).toHaveLength(1)
})

test('the host’s approval taken back ends what is queued as cancelled, without another call', async () => {
  const app = await receiver(() => 500)
  const { conversation, endpointId, appId } = await listeningApp(app.url)
  await bed.pool.query('update apps set development = false where id = $1', [appId])
  await bed.pool.query(`insert into app_scopes (app_id, name, approved_at) values ($1, 'USER_ID', now())`, [
    appId,
  ])
  dispatcher().start()
  await send(bed.pool, conversation, ['first', 'second'])
  await waitFor(async () => (await attemptsMade()) === 1)
  await bed.pool.query('update app_scopes set approved_at = null where app_id = $1', [appId])
  await makeDue()
  await drained()
  expect(await finishedDeliveries(bed.pool, endpointId)).toMatchObject([
    { state: 'cancelled', reason: 'approval_withdrawn' },
    { state: 'cancelled', reason: 'approval_withdrawn' },
  ])
  expect(app.received).toHaveLength(1)
})
