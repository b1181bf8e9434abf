import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as fixture from '../../testing/marketplace-fixture.ts'
import { upload } from '../../testing/media-bed.ts'
import * as sample from '../../testing/sample-files.ts'
import { type TemporaryFolder, temporaryFolder } from '../../testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../testing/webhook-receiver.ts'
import { openChatbot } from './open-chatbot.ts'

let folder: TemporaryFolder
let node: TestServer
let receiver: WebhookReceiver
let answers: WebhookAnswer[]
let user: fixture.UserFixture
let app: fixture.AppFixture
let conversationId: string

beforeAll(async () => {
  folder = await temporaryFolder()
  node = await startTestServer({ config: { mediaDir: folder.path } })
})
beforeEach(async () => {
  answers = []
  receiver = await startWebhookReceiver(() => answers.shift() ?? 200)
  user = await fixture.addUser(node.db)
  app = await fixture.addApp(node.db, user.id, { eventsUrl: receiver.url })
  conversationId = (await openChatbot(node.db, { appId: app.id, userId: user.id })).id
})
afterEach(() => receiver.close())
afterAll(async () => {
  await node.close()
  await folder[Symbol.asyncDispose]()
})

async function post(path: string, headers: Record<string, string>, body: unknown = {}) {
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const asUser = () => ({ cookie: user.cookie })
const asApp = (of = app) => ({ 'x-api-key': of.key })

/** The media token of an upload by whoever got the upload token. */
async function uploaded(
  kind: string,
  name: string,
  bytes: Buffer,
  tokenPath: string,
  headers: Record<string, string>,
) {
  const { body } = await post(tokenPath, headers)
  const answer = await upload(node.url, { kind, token: String(body.token), parts: [{ name, bytes }] })
  expect(answer.status).toBe(200)
  return (answer.body as { id: string }).id
}

const byUser = (kind: string, name: string, bytes: Buffer) =>
  uploaded(kind, name, bytes, '/me/v1/uploads', asUser())
const byApp = (kind: string, bytes: Buffer, of = app) =>
  uploaded(kind, 'upload', bytes, '/experimental/open-platform/chat/upload', asApp(of))

const say = (body: unknown, headers = {}) =>
  post(
    `/v1/open-platform/chat/bot/conversations/${conversationId}/messages`,
    { ...asApp(), ...headers },
    body,
  )

async function bytesAt(link: string): Promise<Buffer> {
  const answer = await fetch(link.replace(/^https?:\/\/[^/]+/, node.url))
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

interface Heard {
  type: string
  image_data?: { link: string; size_bytes: number; width_px: number; height_px: number }
  file_data?: { link: string; name: string; size_bytes: number }
}

const heard = (): Heard[] =>
  receiver.received.map(
    ({ body }) => (JSON.parse(body) as { new_chatbot_message: Heard }).new_chatbot_message,
  )

describe('§9 and §10 media in a chatbot’s conversation', () => {
  test('what the user sends reaches the app with links that hold the file, the same over retries', async () => {
    const pdf = await sample.pdfFile()
    const media_token = await byUser('file', 'قرارداد.pdf', pdf)
    answers = [{ status: 503, headers: { 'retry-after': '1' } }]
    expect(
      (await post(`/me/v1/conversations/${conversationId}/messages`, asUser(), { media_token })).status,
    ).toBe(200)
    await waitFor(() => receiver.received.length === 2)
    const [first, again] = receiver.received
    expect(again?.body).toBe(first?.body)
    const [message] = heard()
    expect(message).toMatchObject({
      type: 'FILE',
      file_data: { name: 'قرارداد.pdf', size_bytes: pdf.length, link: expect.any(String) },
    })
    expect(await bytesAt(message!.file_data!.link)).toEqual(pdf)
  })

  test('an image comes with its dimensions', async () => {
    const media_token = await byUser('image', 'a.png', await sample.pngImage())
    await post(`/me/v1/conversations/${conversationId}/messages`, asUser(), { media_token })
    await waitFor(() => receiver.received.length === 1)
    const [message] = heard()
    expect(message).toMatchObject({
      type: 'IMAGE',
      image_data: { width_px: expect.any(Number), height_px: expect.any(Number) },
    })
    expect((await bytesAt(message!.image_data!.link)).length).toBe(message!.image_data!.size_bytes)
  })

  test('the chatbot sends a file in place of text, once under one Idempotency-Key', async () => {
    const media_token = await byApp('image', await sample.jpegImage())
    const key = { 'idempotency-key': randomUUID() }
    const body = { text_message: '', media_token, type: 'IMAGE' }
    for (let i = 0; i < 2; i++) {
      expect(await say(body, key)).toEqual({ status: 200, body: { conversation_id: conversationId } })
    }
    const answer = await fetch(`${node.url}/me/v1/conversations/${conversationId}/messages`, {
      headers: asUser(),
    })
    const { messages } = (await answer.json()) as { messages: Heard[] }
    expect(messages).toMatchObject([{ type: 'IMAGE', mine: false, image_data: { link: expect.any(String) } }])
  })

  test('not under another type, nor another app’s or person’s upload; nothing is said then', async () => {
    const other = await fixture.addApp(node.db, user.id)
    const mine = await byApp('image', await sample.jpegImage())
    for (const [media_token, type] of [
      [mine, 'VIDEO'],
      [await byApp('image', await sample.jpegImage(), other), undefined],
      [await byUser('image', 'a', await sample.jpegImage()), undefined],
      ['cm_AAAAAAAAAAAAAAAAAAAAAA', undefined],
    ] as const) {
      expect((await say({ media_token, type })).status).toBe(400)
    }
    const rows = await node.db
      .selectFrom('messages')
      .select('id')
      .where('conversation_id', '=', conversationId)
      .execute()
    expect(rows).toEqual([])
  })
})
