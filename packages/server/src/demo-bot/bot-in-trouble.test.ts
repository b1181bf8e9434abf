import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PersonHere, type SeenMessage, startDemoBot } from '../../testing/demo-bot-bed.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { BotState } from './switch-routes.ts'

let node: TestServer
let negar: PersonHere
let kamran: PersonHere
beforeAll(async () => {
  node = await startDemoBot()
  negar = await PersonHere.logIn(node.url, 'negar')
  kamran = await PersonHere.logIn(node.url, 'kamran')
  await waitFor(async () => (await negar.sees())[1])
})
afterAll(() => node?.close())
beforeEach(async () => {
  await dev('PUT', '/apps/demo-bot/faults', {})
  // What is on its way still would meet the fault that is switched on next.
  await dev('POST', '/apps/demo-bot/queue/drain')
  await queueIsEmpty()
})

async function dev<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${node.url}/dev/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return JSON.parse(text) as T
}

const state = (): Promise<BotState> => dev('GET', '/demo-bot')
const byBot = ({ app }: SeenMessage): boolean => app?.slug === 'demo-bot'

/** What the bot has said behind this message. */
async function repliesTo(id: string): Promise<SeenMessage[]> {
  const messages = await negar.sees()
  const place = messages.findIndex((each) => each.id === id)
  return messages.slice(place + 1).filter(byBot)
}
const replyTo = (id: string): Promise<SeenMessage> => waitFor(async () => (await repliesTo(id))[0])
interface Queue {
  waiting: number
  in_flight: number
  next_attempt_at: string | null
}
const queue = () => dev<Queue>('GET', '/apps/demo-bot/queue')
const queueIsEmpty = () =>
  waitFor(async () => {
    const { waiting, in_flight } = await queue()
    return waiting === 0 && in_flight === 0
  })
/** An attempt has failed, and the next is not due yet. */
const queueStands = () =>
  waitFor(async () => {
    const { in_flight, next_attempt_at: next } = await queue()
    return in_flight === 0 && next !== null && Date.parse(next) > Date.now() + 200
  })

describe('the bot answers once, whatever is switched on', () => {
  test('every event twice', async () => {
    await dev('PUT', '/apps/demo-bot/faults', { duplicate: true })
    const said = await negar.says('دوباره؟')
    await replyTo(said.id)
    await queueIsEmpty()
    expect(await repliesTo(said.id)).toHaveLength(1)
  })

  test('its tokens over: it renews them by itself', async () => {
    expect(await dev('POST', '/apps/demo-bot/tokens/expire', {})).toEqual({ expired: expect.any(Number) })
    await replyTo((await negar.says('هنوز هستی؟')).id)
  })

  test('its answers lost: the event comes again, its message does not', async () => {
    await dev('PUT', '/apps/demo-bot/faults', { drop: true })
    const said = await negar.says('رسید؟')
    await replyTo(said.id)
    await queueStands()
    await dev('PUT', '/apps/demo-bot/faults', {})
    await dev('POST', '/apps/demo-bot/queue/drain')
    await queueIsEmpty()
    expect(await repliesTo(said.id)).toHaveLength(1)
  })

  test('down: it answers all that waited, in their order', async () => {
    await dev('PUT', '/apps/demo-bot/faults', { down: true })
    const first = await negar.says('یک')
    const last = await negar.says('two')
    await queueStands()
    expect(await repliesTo(first.id)).toEqual([])
    await dev('PUT', '/apps/demo-bot/faults', {})
    await dev('POST', '/apps/demo-bot/queue/drain')
    await queueIsEmpty()
    const replies = await repliesTo(last.id)
    expect(replies.map(({ text }) => text?.includes('two times'))).toEqual([false, true])
  })

  test('its calls refused: it answers once they are not', async () => {
    await dev('PUT', '/apps/demo-bot/faults', { refuse_calls: true, retry_after: 1 })
    const said = await negar.says('می‌شنوی؟')
    await waitFor(async () => {
      const { records } = await dev<{ records: { fault?: string }[] }>(
        'GET',
        '/traffic?app=demo-bot&limit=20',
      )
      return records.some(({ fault }) => fault === 'refuse_calls')
    })
    await queueStands()
    expect(await repliesTo(said.id)).toEqual([])
    await dev('PUT', '/apps/demo-bot/faults', {})
    await dev('POST', '/apps/demo-bot/queue/drain')
    await replyTo(said.id)
  })

  test('the buyer has blocked the seller: nothing is sent, and nothing waits', async () => {
    const said = await negar.says('خداحافظ')
    await replyTo(said.id)
    await negar.call('PUT', `/conversations/01900000-0000-7000-8000-000000000001/block`)
    await queueIsEmpty()
    await negar.call('DELETE', `/conversations/01900000-0000-7000-8000-000000000001/block`)
    await replyTo((await negar.says('برگشتم')).id)
  })
})

describe('the bot keeps out of it', () => {
  test('where another app may act', async () => {
    await dev('PUT', '/apps/of-a-developer', { url: 'http://127.0.0.1:9' })
    await dev('POST', '/apps/of-a-developer/consents', {
      user: 'kamran',
      scopes: ['CHAT_POST_CONVERSATIONS_READ.demo_flat'],
    })
    expect((await state()).keeps_still).toEqual([{ post_token: 'demo_flat', app: 'of-a-developer' }])
    const said = await negar.says('کسی هست؟')
    await queueIsEmpty()
    expect(await repliesTo(said.id)).toEqual([])
    const { grants } = await kamran.call<{ grants: { id: string; app: { slug: string } }[] }>(
      'GET',
      '/grants',
    )
    const other = grants.find(({ app }) => app.slug === 'of-a-developer')
    await kamran.call('DELETE', `/grants/${other?.id}`)
    await replyTo((await negar.says('و حالا؟')).id)
  })

  test('when it is switched off, until it is on again', async () => {
    expect(await dev<BotState>('PUT', '/demo-bot', { enabled: false })).toMatchObject({ enabled: false })
    const said = await negar.says('خاموشی؟')
    await queueIsEmpty()
    expect(await repliesTo(said.id)).toEqual([])
    expect(await dev<BotState>('PUT', '/demo-bot', { enabled: true })).toMatchObject({
      enabled: true,
      connected: true,
    })
    await replyTo((await negar.says('روشنی؟')).id)
  })

  test('once the seller has taken the consent back, until it is given again', async () => {
    const { grants } = await kamran.call<{ grants: { id: string; app: { slug: string } }[] }>(
      'GET',
      '/grants',
    )
    await kamran.call('DELETE', `/grants/${grants.find(({ app }) => app.slug === 'demo-bot')?.id}`)
    await waitFor(async () => !(await state()).connected)
    await dev('PUT', '/demo-bot', { enabled: true })
    expect(await state()).toMatchObject({ connected: true, posts: ['demo_car', 'demo_flat'] })
    await replyTo((await negar.says('دوباره سلام')).id)
  })
})

test('another seller lets it in by its own page, and it answers there', async () => {
  const sara = await PersonHere.logIn(node.url, 'sara')
  const begun = await sara.opens('/dev/demo-bot/connect?post_token=demo_bike')
  const consent = await sara.opens(begun.location)
  const ticket = /name="ticket" value="([^"]+)"/.exec(consent.text)?.[1] ?? ''
  const allowed = await sara.submits('/oauth2/consent', { ticket, decision: 'allow' })
  const back = await sara.opens(new URL(allowed.location).pathname + new URL(allowed.location).search)
  expect([back.status, back.text]).toEqual([200, expect.stringContaining('<h1>')])
  expect((await state()).posts).toContain('demo_bike')
  const { id } = await negar.call<{ id: string }>('POST', '/conversations', { post_token: 'demo_bike' })
  await negar.says('Is the bicycle still there?', id)
  await waitFor(async () => (await negar.sees(id)).some(byBot))
  // The same way twice is no way in.
  expect(
    (await sara.opens(new URL(allowed.location).pathname + new URL(allowed.location).search)).status,
  ).toBe(400)
})
