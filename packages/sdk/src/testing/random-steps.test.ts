import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainApp, row } from '../../testing/plain-app.ts'
import { BedError, type Person, type TestBed, testBed } from './testing.ts'

const POST = 'flat'
const SCOPES = [
  `CHAT_POST_CONVERSATIONS_READ.${POST}`,
  `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${POST}`,
  'USER_ID',
]

interface Stage {
  bed: TestBed
  seller: Person
  buyer: Person
  conversationId: string
  /** Texts and sequence numbers of what the app was told, in order, first attempts alone. */
  heard: { conversation: string; sentAt: number; isRetry: boolean }[]
}

/** An app that fails as it is told to by the texts of people, and answers with buttons. */
async function stage(options: { tolerant: boolean }): Promise<Stage> {
  let token = ''
  const heard: Stage['heard'] = []
  const bed = testBed((settings) => {
    const answer = plainApp(async ({ place, body, headers, text }, charsu) => {
      if (place !== 'events') return answerClick(String((body.extra_data as { do?: string }).do))
      const message = (body.new_message ?? body.new_chatbot_message) as
        | { conversation: { id: string }; sent_at: number; sender: { type: string } }
        | undefined
      if (!message) return undefined
      const isRetry = headers.get('charsu-attempt') !== '1' || headers.has('charsu-replay')
      heard.push({ conversation: message.conversation.id, sentAt: message.sent_at, isRetry })
      if (message.sender.type === 'BOT') return undefined
      if (text === 'fail') return new Response('no', { status: 500 })
      if (text === 'throw') throw new Error('as told')
      if (text === 'wait') return new Response('later', { status: 429, headers: { 'retry-after': '60' } })
      if (text === 'die') return new Response('never', { status: 400 })
      const buttons = row(
        ['Toast', { get_dynamic_action: { data: { do: 'toast' } } }],
        ['Break', { get_dynamic_action: { data: { do: 'break' } } }],
        ['Open', { open_server_link: { data: { do: 'open' } } }],
      )
      if (body.type === 'NEW_CHATBOT_MESSAGE') {
        await charsu.sayAsChatbot(message.conversation.id, { text_message: 'yes?', buttons })
      } else {
        await charsu.send(token, message.conversation.id, { message: 'yes?', receiver_buttons: buttons })
      }
      return undefined
    })
    return answer(settings)
  }, options)
  const { seller, buyer, id } = await bed.conversation({ postToken: POST })
  token = (await bed.allow(seller, SCOPES)).accessToken
  return { bed, seller, buyer, conversationId: id, heard }
}

function answerClick(what: string): unknown {
  if (what === 'toast') return { text_message: 'done' }
  return what === 'open' ? { url: 'https://app.test/page' } : new Response('broken', { status: 500 })
}

type Step = (on: Stage) => unknown

const who = fc.constantFrom<'seller' | 'buyer'>('seller', 'buyer')
const texts = fc.oneof(
  fc.constantFrom('hello', 'fail', 'throw', 'wait', 'die', '', ' ', 'x'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.tuple(who, texts).map(
      ([name, text]): Step =>
        (on) =>
          on[name].says(text),
    ),
    weight: 6,
  },
  {
    arbitrary: fc.tuple(who, fc.constantFrom('Toast', 'Break', 'Open', 'Nothing', '')).map(
      ([name, caption]): Step =>
        (on) =>
          on[name].taps(caption),
    ),
    weight: 3,
  },
  fc.constantFrom('1s', '5s', '30s', '3m', '2h', 'soon', -1, Number.NaN).map(
    (by): Step =>
      (on) =>
        on.bed.time.advance(by),
  ),
  fc.constant<Step>((on) => on.bed.hold()),
  fc.constant<Step>((on) => on.bed.release('in order')),
  fc.constant<Step>((on) => on.bed.redeliver()),
  who.map(
    (name): Step =>
      (on) =>
        on[name].chatsWithApp(),
  ),
  who.map(
    (name): Step =>
      (on) =>
        on[name].opens(on.conversationId),
  ),
  who.map(
    (name): Step =>
      (on) =>
        on[name].blocks(),
  ),
  who.map(
    (name): Step =>
      (on) =>
        on[name].unblocks(),
  ),
  who.map(
    (name): Step =>
      (on) =>
        on[name].revokes(),
  ),
  fc.constant<Step>((on) => on.bed.allow(on.seller, SCOPES)),
  fc.constant<Step>((on) => on.bed.allow(on.buyer, SCOPES)),
  fc.constantFrom('MY_POST', 'DEMAND_POST', 'CHAT', 'MY_DIVAR').map(
    (place): Step =>
      (on) =>
        on.buyer.startsFrom(place as 'MY_POST', POST),
  ),
  fc.webUrl().map(
    (url): Step =>
      (on) =>
        on.seller.connects(url),
  ),
  fc.constantFrom('PUBLISHED', 'RETIRED').map(
    (state): Step =>
      (on) =>
        on.bed.changePost(POST, { state: state as 'RETIRED' }),
  ),
)

test('whatever is tried, a bed rejects with its own errors alone, and settles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, tolerant) => {
      const on = await stage({ tolerant })
      for (const take of steps) {
        try {
          await take(on)
        } catch (error) {
          expect(error).toBeInstanceOf(BedError)
          expect((error as Error).message).not.toBe('')
        }
      }
      await on.bed.settled()
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('events of one conversation reach the app in order, but for those that failed three times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const on = await stage({ tolerant: true })
      for (const take of steps) await (async () => take(on))().catch(() => {})
      await on.bed.release()
      const last = new Map<string, number>()
      for (const { conversation, sentAt, isRetry } of on.heard) {
        if (isRetry) continue
        expect(sentAt).toBeGreaterThan(last.get(conversation) ?? 0)
        last.set(conversation, sentAt)
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('the same steps give the same bed', async () => {
  const told = async (): Promise<unknown> => {
    const on = await stage({ tolerant: true })
    await on.buyer.says('hello')
    await on.buyer.says('fail')
    await on.seller.says('wait')
    await on.bed.time.advance('3m')
    await on.buyer.taps('Toast')
    return [on.bed.events, on.bed.calls, on.bed.clicks, on.buyer.sees, on.seller.sees]
  }
  expect(await told()).toEqual(await told())
})
