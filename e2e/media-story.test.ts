import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fixture from '../packages/server/testing/marketplace-fixture.ts'
import { upload } from '../packages/server/testing/media-bed.ts'
import * as sample from '../packages/server/testing/sample-files.ts'
import { startTestServer, type TestServer } from '../packages/server/testing/test-server.ts'
import { waitFor } from '../packages/server/testing/wait-for.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../packages/server/testing/webhook-receiver.ts'

let node: TestServer
let receiver: WebhookReceiver
let seller: fixture.UserFixture
let buyer: fixture.UserFixture
let app: fixture.AppFixture
let accessToken: string
let conversationId: string
beforeAll(async () => {
  node = await startTestServer()
  const { db } = node
  receiver = await startWebhookReceiver()
  seller = await fixture.addUser(db)
  buyer = await fixture.addUser(db)
  const post = await fixture.addPost(db, seller.id)
  conversationId = await fixture.addConversation(db, post, seller.id, buyer.id)
  app = await fixture.addApp(db, seller.id, { eventsUrl: receiver.url })
  const grant = await fixture.addGrant(db, app.id, seller.id, [`CONVERSATION_SEND_MESSAGE.${conversationId}`])
  accessToken = grant.accessToken
  await fixture.addSubscription(db, app, seller.id, grant.grantId)
})
afterAll(async () => {
  await node.close()
  await receiver.close()
})

const post = async (path: string, headers: Record<string, string>, body: unknown = {}): Promise<unknown> => {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  expect(answer.status, path).toBe(200)
  return answer.json()
}

async function send(kind: string, bytes: Uint8Array, name: string): Promise<void> {
  const { token } = (await post('/me/v1/uploads', { cookie: buyer.cookie })) as { token: string }
  const { body } = await upload(node.url, { kind, token, parts: [{ bytes, name }] })
  await post(
    `/me/v1/conversations/${conversationId}/messages`,
    { cookie: buyer.cookie },
    { media_token: body.id },
  )
}

interface Linked {
  link: string
  thumbnail_link?: string
  [field: string]: unknown
}

/** What the app heard last of this type, and the file behind its link. */
async function heard(type: string, field: string): Promise<{ data: Linked; bytes: Buffer }> {
  const event = await waitFor(() =>
    receiver.received
      .map(({ json }) => json.new_message as unknown as Record<string, unknown>)
      .find((each) => each?.type === type),
  )
  const data = event[field] as Linked
  const answer = await fetch(data.link)
  expect(answer.status).toBe(200)
  return { data, bytes: Buffer.from(await answer.arrayBuffer()) }
}

async function shownTo(user: fixture.UserFixture, type: string, field: string): Promise<Linked> {
  const answer = await fetch(`${node.url}/me/v1/conversations/${conversationId}/messages`, {
    headers: { cookie: user.cookie },
  })
  const { messages } = (await answer.json()) as { messages: Record<string, unknown>[] }
  return messages.find((message) => message.type === type)?.[field] as Linked
}

describe('§10 media, from upload to event: what a person sends', () => {
  test('a picture reaches the app with its size, and its link loads it', async () => {
    const image = await sample.jpegImage({ width: 80, height: 60, orientation: 8 })
    await send('image', image, 'flat.jpg')
    const { data, bytes } = await heard('IMAGE', 'image_data')
    expect(data).toEqual({
      link: expect.stringContaining(`${node.url.replace('127.0.0.1', 'localhost')}/media/`),
      size_bytes: bytes.length,
      width_px: 60,
      height_px: 80,
    })
    const shown = await shownTo(seller, 'IMAGE', 'image_data')
    for (const link of [shown.link, shown.thumbnail_link ?? '']) expect((await fetch(link)).status).toBe(200)
  })

  test('a video comes with a thumbnail that loads, a voice and a document as they were sent', async () => {
    await send('video', sample.recording(), 'tour.mp4')
    const video = await heard('VIDEO', 'video_data')
    expect(video.bytes).toEqual(sample.recording())
    expect((await fetch(video.data.thumbnail_link ?? '')).headers.get('content-type')).toBe('image/jpeg')
    await send('voice', sample.m4aVoice(), 'note.m4a')
    expect((await heard('VOICE', 'voice_data')).bytes).toEqual(sample.m4aVoice())
    await send('file', sample.pdfFile(), 'قرارداد.pdf')
    const file = await heard('FILE', 'file_data')
    expect(file.bytes).toEqual(sample.pdfFile())
    expect(file.data).toMatchObject({ name: 'قرارداد.pdf', size_bytes: sample.pdfFile().length })
  })
})

describe('§10 media: what an app sends', () => {
  test('a document goes into the conversation, and both sides can load it', async () => {
    const key = { 'x-api-key': app.key }
    const { token } = (await post('/experimental/open-platform/chat/upload', key)) as { token: string }
    const { body } = await upload(node.url, {
      kind: 'file',
      token,
      parts: [{ bytes: sample.pdfFile('offer'), name: 'offer.pdf' }],
    })
    const path = `/v2/open-platform/conversations/${conversationId}/messages`
    const headers = { ...key, authorization: `Bearer ${accessToken}` }
    await post(path, headers, { media_token: body.id })
    await post(path, headers, { type: 'FILE', media_token: body.id })
    for (const user of [buyer, seller]) {
      const { link } = await shownTo(user, 'FILE', 'file_data')
      expect((await fetch(link)).headers.get('content-type')).toBe('application/pdf')
    }
  })
})
