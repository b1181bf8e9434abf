import { execFile } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type StoryApp, textOf, useStoryBed } from '../../packages/server/testing/story-bed.ts'
import type { Exchange } from '../../packages/web/src/api/development/story-shapes.ts'
import { curlOf } from '../../packages/web/src/playground/inspector/curl-of.ts'
import { sdkCodeOf } from '../../packages/web/src/playground/inspector/sdk-code-of.ts'
import { triggerCallOf } from '../../packages/web/src/playground/inspector/trigger-call-of.ts'

const run = promisify(execFile)
const bed = useStoryBed()

/** A call that a story tells of, as the inspector has it. */
async function exchanges(app: StoryApp): Promise<{ webhook: Exchange; call: Exchange }> {
  const messageId = await bed.write('ask')
  const story = await bed.storyOnce(messageId, ({ results }) => results.length > 0)
  const found = (id: string | undefined): Exchange => {
    const exchange = story.exchanges.find((each) => each.id === id)
    if (!exchange) throw new Error('the story does not hold what it names')
    return exchange as Exchange
  }
  const [call] = story.calls
  expect(found(call?.exchange_id).app).toBe(app.slug)
  return { webhook: found(call?.led_by), call: found(call?.exchange_id) }
}

const answering = () =>
  bed.addApp(async (call, app) => {
    const hostile = `it's "fine" $HOME \`id\`\n\\ ${'ی'.repeat(3)}`
    if (textOf(call) === 'ask') await app.say(hostile, { call })
    return {}
  })

const secrets = (app: StoryApp) => ({
  ...process.env,
  CHARSU_API_KEY: app.fixture.key,
  CHARSU_ACCESS_TOKEN: app.accessToken,
  CHARSU_IDENTIFICATION_KEY: 'identification-key',
})

test('an app’s call as curl sends the same message again', async () => {
  const app = await answering()
  const { call } = await exchanges(app)
  const command = curlOf(call, { origin: bed.node.url })
  const { stdout } = await run('sh', ['-c', command], { env: secrets(app) })
  expect(stdout).toContain('"message":"success"')
  const { message_id: again } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { message_id: string }
  const { message } = await bed.story(again)
  const { message: first } = await bed.story(call.refs.message_id ?? '')
  expect([message.text, message.sequence]).toEqual([first.text, first.sequence + 1])
})

test('a webhook as curl reaches the app with the same bytes, signed anew', async () => {
  const app = await answering()
  const { webhook } = await exchanges(app)
  const before = app.server.received.length
  const key = randomBytes(24)
  await run('sh', ['-c', curlOf(webhook, { origin: bed.node.url })], {
    env: { ...secrets(app), CHARSU_WEBHOOK_SECRET: `whsec_${key.toString('base64')}` },
  })
  const again = app.server.received.slice(before).find((each) => each.text === webhook.request.body)
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = again?.headers ?? {}
  expect(id).toContain(webhook.refs.webhook_id)
  const signed = createHmac('sha256', key).update(`${id}.${timestamp}.${webhook.request.body}`)
  expect(again?.headers).toMatchObject({
    authorization: 'identification-key',
    'webhook-signature': `v1,${signed.digest('base64')}`,
  })
})

test('an app’s call as SDK code sends the same message again', async () => {
  const app = await answering()
  const { call } = await exchanges(app)
  const code = sdkCodeOf(call, { origin: bed.node.url })
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    env: secrets(app),
  })
  const again = /message_id: '([^']+)'/.exec(stdout)?.[1] ?? ''
  const { message } = await bed.story(again)
  const { message: first } = await bed.story(call.refs.message_id ?? '')
  expect(message.text).toBe(first.text)
})

test('a webhook replayed by hand reaches the app, and stands in the story', async () => {
  const app = await answering()
  const { webhook } = await exchanges(app)
  const answer = await fetch(`${bed.node.url}/dev/v1/apps/${app.slug}/trigger`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(triggerCallOf(webhook)),
  })
  expect(answer.status, await answer.text()).toBe(200)
  const story = await bed.storyOnce(webhook.refs.message_id ?? '', ({ exchanges: all }) =>
    all.some(({ kind }) => kind === 'trigger'),
  )
  const triggered = story.exchanges.find(({ kind }) => kind === 'trigger')
  expect(triggered?.request.body).toBe(webhook.request.body)
})
