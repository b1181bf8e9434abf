import { expect, test } from 'vitest'
import {
  addConversation,
  addEndpoint,
  addRevocationEvent,
  misplacedDeliveries,
  openDeliveries,
  send,
  subscribe,
} from '../../testing/delivery-fixture.ts'
import { useDispatcherBed } from '../../testing/dispatcher-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'

const bed = useDispatcherBed()
const { dispatcher, receiver, listeningApp, drained, makeDue, attemptsMade } = bed

test('a conversation stays in order, and a failing message holds the next back until it is delivered', async () => {
  const app = await receiver((text, index) => (text === 'one' && index < 2 ? 500 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['one', 'two'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    expect(app.received.every(({ text }) => text === 'one')).toBe(true)
    expect(await misplacedDeliveries(bed.pool)).toEqual([])
    await makeDue()
  }
  await drained()
  expect(app.received.map(({ text }) => text)).toEqual(['one', 'one', 'one', 'two'])
})

test('lanes do not wait for each other: neither another conversation nor another app', async () => {
  const failing = await receiver(() => 500)
  const app = await receiver((text) => (text === 'stuck' ? 500 : 200))
  const { conversation, ...endpoint } = await listeningApp(app.url)
  await subscribe(bed.pool, await addEndpoint(bed.pool, failing.url), conversation.supplierId)
  const other = await addConversation(bed.pool, conversation.supplierId)
  dispatcher().start()
  await send(bed.pool, conversation, ['stuck', 'behind'])
  await send(bed.pool, other, ['free', 'free too'])
  await addRevocationEvent(bed.pool, endpoint, 'pseudonym')
  await waitFor(() => app.received.length === 4)
  expect(app.received.map(({ text }) => text)).not.toContain('behind')
  expect(app.received.filter(({ text }) => text?.startsWith('free')).map(({ text }) => text)).toEqual([
    'free',
    'free too',
  ])
  expect(await misplacedDeliveries(bed.pool)).toEqual([])
})

test('whichever of several nodes delivers, each conversation arrives in the order of its sequence', async () => {
  const app = await receiver()
  const { conversation } = await listeningApp(app.url)
  const conversations = [conversation, await addConversation(bed.pool, conversation.supplierId)]
  const nodes = [dispatcher({ claimEveryMs: 1 }), dispatcher({ claimEveryMs: 1 })]
  for (const node of nodes) node.start()
  const texts = Array.from({ length: 40 }, (_, i) => String(i))
  for (const text of texts) for (const each of conversations) await send(bed.pool, each, [text])
  await drained()
  for (const { conversationId } of conversations) {
    const heard = app.received.filter(({ json }) => json.new_message?.conversation.id === conversationId)
    expect(heard.map(({ text }) => text)).toEqual(texts)
  }
})

test('after its third failure a message leaves its lane, goes on by itself, and the next one moves up', async () => {
  const app = await receiver((text) => (text === 'bad' ? 500 : 200))
  const { conversation } = await listeningApp(app.url)
  dispatcher().start()
  await send(bed.pool, conversation, ['bad', 'good', 'better'])
  for (const attempts of [1, 2]) {
    await waitFor(async () => (await attemptsMade()) === attempts)
    await makeDue()
  }
  await waitFor(async () => (await openDeliveries(bed.pool)) === 1)
  expect(app.received.map(({ text }) => text)).toEqual(['bad', 'bad', 'bad', 'good', 'better'])
  const { rows } = await bed.pool.query('select failures, lane, conversation_id from delivery_queue')
  expect(rows[0].failures).toBe(3)
  expect(rows[0].lane).not.toBe(rows[0].conversation_id)
  await makeDue()
  await waitFor(() => app.received.length === 6)
  expect(app.received[5]?.text).toBe('bad')
})
