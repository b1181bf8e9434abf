import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventStreamClient } from '../../testing/event-stream.ts'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { openSnapshotBed, type SnapshotBed } from '../../testing/snapshot-bed.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.ts'

interface Chat {
  app: fixture.AppFixture
  seller: fixture.UserFixture
  buyer: fixture.UserFixture
  conversationId: string
}

let bed: SnapshotBed
let receiver: WebhookReceiver
let chat: Chat

async function addChat(): Promise<Chat> {
  const { db } = bed
  const [seller, buyer] = [await fixture.addUser(db), await fixture.addUser(db)]
  const app = await fixture.addApp(db, seller.id, { eventsUrl: receiver.url })
  const { grantId, tokenId } = await fixture.addGrant(db, app.id, seller.id, [
    'CHAT_SUPPLIER_ALL_CONVERSATIONS_READ',
  ])
  await fixture.addSubscription(db, app, seller.id, grantId, { tokenId })
  const post = await fixture.addPost(db, seller.id)
  return { app, seller, buyer, conversationId: await fixture.addConversation(db, post, seller.id, buyer.id) }
}

const say = (text: string) =>
  bed.call('POST', `/host/v1/conversations/${chat.conversationId}/messages`, {
    sender: chat.buyer.hostId,
    text,
  })

async function texts(): Promise<unknown[]> {
  const { rows } = await bed.database.pool.query(
    `select body ->> 'text' as text from messages where conversation_id = $1 order by sequence`,
    [chat.conversationId],
  )
  return rows.map(({ text }) => text)
}

const heard = (text: string) => receiver.received.filter((call) => call.text === text).length

beforeAll(async () => {
  receiver = await startWebhookReceiver()
  bed = await openSnapshotBed()
  chat = await addChat()
})
afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await receiver.close()
})

describe('a marketplace that was saved', () => {
  test('is there again after a load, and goes on: a message is sent, and delivered once', async () => {
    expect((await say('before')).status).toBe(200)
    await waitFor(() => heard('before') === 1)
    expect(await bed.save('one')).toMatchObject({
      name: 'one',
      problem: null,
      counts: { messages: 1, conversations: 1 },
    })
    expect((await say('after')).status).toBe(200)
    await waitFor(() => heard('after') === 1)

    expect(await bed.load('one')).toMatchObject({ name: 'one', apps_with_other_credentials: [] })
    expect(await texts()).toEqual(['before'])
    expect((await say('again')).status).toBe(200)
    await waitFor(() => heard('again') === 1)
    expect(await texts()).toEqual(['before', 'again'])
    expect(heard('before')).toBe(1)
  })

  test('shows itself to open streams as one to load anew, and goes on there', async () => {
    await bed.save('seen')
    const stream = await new EventStreamClient(bed.url, chat.buyer.cookie).connect()
    await waitFor(() => stream.events.some(({ event }) => event === 'ready'))
    await say('to be forgotten')
    await waitFor(() => stream.events.some(({ event }) => event === 'message'))
    await bed.load('seen')
    await waitFor(() => stream.ended)
    await stream.connect()
    await waitFor(() => stream.events.some(({ event }) => event === 'resync'))
    await say('live again')
    await waitFor(() => stream.events.at(-1)?.event === 'message')
    expect(stream.events.filter(({ event }) => event === 'message')).toHaveLength(2)
    await stream.disconnect()
  })
})
