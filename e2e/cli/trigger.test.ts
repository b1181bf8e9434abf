import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDevelopmentMarketplace } from '../../packages/server/src/host/development-marketplace.ts'
import { type TemporaryFolder, temporaryFolder } from '../../packages/server/testing/temporary-folder.ts'
import { startTestServer, type TestServer } from '../../packages/server/testing/test-server.ts'
import {
  startWebhookReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
} from '../../packages/server/testing/webhook-receiver.ts'
import { charsu } from './charsu.ts'
import { putApp } from './put-app.ts'

let node: TestServer
let app: WebhookReceiver
let folder: TemporaryFolder
let answer: WebhookAnswer = 200
let credentials: Awaited<ReturnType<typeof putApp>>

beforeAll(async () => {
  node = await startTestServer()
  await openDevelopmentMarketplace(node.db)
  app = await startWebhookReceiver(() => answer)
  folder = await temporaryFolder()
  credentials = await putApp(node.url, 'triggered', { url: new URL(app.url).origin })
})
afterAll(async () => {
  await node.close()
  await app.close()
  await folder[Symbol.asyncDispose]()
})
beforeEach(() => {
  answer = 200
  app.received.length = 0
})

const trigger = (...words: string[]) =>
  charsu(['trigger', ...words, '--app', 'triggered', '--url', node.url], { cwd: folder.path })

test('an event goes out signed, with the headers of real ones, about the conversation that is there', async () => {
  const { code, out, err } = await trigger('new-message', '--set', 'new_message.text=سلام')
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^→ new-message:text to triggered at http:\S+\/charsu\/events\n← 200 in \d+ ms\n/)
  const [call] = app.received
  expect(call?.json).toMatchObject({
    type: 'NEW_MESSAGE',
    new_message: { text: 'سلام', conversation: { type: 'POST', post_token: 'demo_flat' } },
  })
  const { rows } = await node.database.pool.query('select 1 from conversations where id = $1', [
    call?.json.new_message?.conversation.id,
  ])
  expect(rows).toHaveLength(1)
  expect(call?.headers.authorization).toBe(credentials.identification_key)
  const now = Date.now() / 1000
  const secrets = [credentials.webhook_secret]
  expect(verifyWebhook({ headers: call?.headers ?? {}, body: call?.body ?? '', secrets, now })).toEqual({
    ok: true,
  })
})

test('each call has an id of its own, so that an app does not take the second for a repetition', async () => {
  await trigger('new-message')
  await trigger('new-message')
  const [first, second] = app.received
  expect(first?.json.new_message?.id).not.toBe(second?.json.new_message?.id)
  expect(first?.headers['webhook-id']).not.toBe(second?.headers['webhook-id'])
})

describe('what the user would see', () => {
  test.each([
    ['session', { url: 'http://127.0.0.1:9/page' }, 0, 'The user would see the page http://127.0.0.1:9/page'],
    ['session:v1', { text_message: 'Later' }, 0, 'The user would see the toast "Later"'],
    ['session', {}, 1, 'the answer has no "url"'],
    [
      'session',
      { url: 'javascript:alert(1)' },
      1,
      'The user would see a message that the app cannot be used',
    ],
    ['action', {}, 0, 'The user would see nothing: the click is done'],
    ['action', { text_message: 'Done' }, 0, 'The user would see the toast "Done"'],
    [
      'action',
      { text_message: 'Done', action: { open_direct_link: 'http://127.0.0.1:9/' } },
      0,
      'the toast "Done", and then what this does: {"open_direct_link":"http://127.0.0.1:9/"}',
    ],
    ['action', { action: { open_link: 'x' } }, 1, "the answer's action"],
  ])('%s answered with %j', async (event, body, code, seen) => {
    answer = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const ended = await trigger(event)
    expect(ended.code).toBe(code)
    expect(ended.out + ended.err).toContain(seen)
  })

  test('the two versions of session initialization differ in header and body', async () => {
    answer = { status: 200, body: '{"text_message":"x"}' }
    await trigger('session:v1')
    await trigger('session:v2', '--set', 'extra_data.plan=gold')
    const [first, second] = app.received
    expect([first?.headers['api-version'], second?.headers['api-version']]).toEqual([undefined, '2'])
    expect(first?.json).toHaveProperty('callback_url')
    expect(second?.json).toMatchObject({ source: 'CHAT_MESSAGE_ACTION', extra_data: { plan: 'gold' } })
  })
})

test('an app that refuses, redirects or is not there fails the command with cause and fix', async () => {
  answer = { status: 401, body: 'who are you' }
  const refused = await trigger('new-message')
  expect(refused.code).toBe(1)
  expect(refused.out).toContain('  who are you')
  expect(refused.err).toMatch(/the app answered 401: .*identification key/)

  await putApp(node.url, 'absent', { url: 'http://127.0.0.1:1' })
  const absent = await charsu(['trigger', 'action', '--app', 'absent', '--url', node.url])
  expect(absent.code).toBe(1)
  expect(absent.out).toContain('← no answer in')
  expect(absent.err).toContain('nothing listens at http://127.0.0.1:1: start your app there')
})

test('what an app answers does nothing to the terminal', async () => {
  answer = { status: 200, body: 'line\n\u001b[31mred\u0007\u009b2J\u202eback\rover' }
  const { out } = await trigger('new-message')
  expect(out).toContain('  line\n  \\u001b[31mred\\u0007\\u009b2J\\u202eback\\rover\n')
})

describe('the body', () => {
  test('can be printed, changed in a file, and sent from there', async () => {
    const printed = await charsu(['trigger', 'post-update:archive', '--print', '--set', 'metadata.plan=gold'])
    expect(printed.code).toBe(0)
    await writeFile(join(folder.path, 'body.json'), printed.out)
    const sent = await trigger('post-update', '--file', 'body.json', '--set', 'metadata.n=2')
    expect(sent.code).toBe(0)
    expect(app.received[0]?.json).toEqual({ ...JSON.parse(printed.out), metadata: { plan: 'gold', n: 2 } })
  })

  test.each([
    ['{"type":', 'is not JSON'],
    ['[1]', 'holds no JSON object'],
    ['{"type":"NEW_MESSAGE","metadata":{}}', 'new_message is required'],
  ])('%s in a file is refused, and nothing is sent', async (text, message) => {
    await writeFile(join(folder.path, 'wrong.json'), text)
    const { code, err } = await trigger('new-message', '--file', 'wrong.json')
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
    expect(app.received).toEqual([])
  })

  test('that the platform would never send goes out when it is asked for', async () => {
    await writeFile(join(folder.path, 'odd.json'), '{"type":"NEW_MESSAGE","surprise":1}')
    const { code } = await trigger('new-message', '--file', 'odd.json', '--as-is')
    expect(code).toBe(0)
    expect(app.received[0]?.json).toEqual({ type: 'NEW_MESSAGE', surprise: 1 })
  })

  test('from a file that is not there', async () => {
    const { code, err } = await trigger('new-message', '--file', 'nowhere.json')
    expect([code, err]).toEqual([1, expect.stringContaining('there is no such file')])
  })
})

describe('which app', () => {
  const choose = async (words: string[], env: Record<string, string> = {}, cwd = folder.path) =>
    charsu(['trigger', 'new-message', ...words], { env: { CHARSU_URL: node.url, ...env }, cwd })

  test('the one whose credentials the environment has', async () => {
    expect((await choose([], { CHARSU_CLIENT_ID: 'triggered' })).out).toContain(' to triggered at ')
  })

  test('the project’s in this folder', async () => {
    await using project = await temporaryFolder()
    await writeFile(join(project.path, 'package.json'), '{"name":"@shop/Triggered"}')
    expect((await choose([], {}, project.path)).out).toContain(' to triggered at ')
  })

  test('a misspelt one is told the nearest, and where nothing says which, all are named', async () => {
    const misspelt = await choose(['--app', 'trigered'])
    expect(misspelt.code).toBe(2)
    expect(misspelt.err).toContain('Did you mean "triggered"?')
    const unsaid = await choose([])
    expect([unsaid.code, unsaid.err]).toEqual([
      2,
      expect.stringMatching(/Say it with --app\. There are .*triggered/),
    ])
  })
})
