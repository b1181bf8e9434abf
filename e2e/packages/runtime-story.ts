import {
  App,
  type AppSettings,
  action,
  Client,
  grid,
  NoAnswerError,
  RefusedError,
  scope,
  serverLink,
} from '@charsu/sdk'
import { testBed } from '@charsu/sdk/testing'
import * as Type from 'typebox'

// What the SDK promises, told with web standards alone, so that any runtime can tell it. `origin` is a server whose
// answers are known: see runtime-server.ts.

const pick = action('pick', Type.Object({ day: Type.String() }))
const plan = serverLink('plan')

function createApp(settings: AppSettings): App {
  const app = new App(settings)
  app.on('chatbot:text', (ctx) =>
    ctx.say(`You said: ${ctx.text}`, {
      buttons: grid([[pick.button('Saturday', { day: 'Saturday' }), plan.button('The plan')]]),
    }),
  )
  app.on('message:text', (ctx) =>
    ctx.say('Which day?', {
      seller: grid([[plan.button('All visits')]]),
      buyer: grid([[pick.button('Sunday', { day: 'Sunday' })]]),
    }),
  )
  app.action(pick, (ctx) => ctx.toast(`See you on ${ctx.data.day}`))
  app.session(plan, (ctx) => ctx.open('https://app.example/plan'))
  return app
}

function same(got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)]
  if (a !== b) throw new Error(`got ${a}, expected ${b}`)
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** Each promise by its name. */
export const STORY: Readonly<Record<string, (origin: string) => Promise<void>>> = {
  'a chatbot answers, and its buttons too': async () => {
    const bed = testBed(createApp)
    const user = bed.person()
    user.chatsWithApp()
    await user.says('سلام')
    await user.taps('Saturday')
    await user.taps('The plan')
    same(user.sees.at(-1)?.text, 'You said: سلام')
    same([user.toasts, user.opened], [['See you on Saturday'], ['https://app.example/plan']])
  },
  'one message has two faces': async () => {
    const bed = testBed(createApp)
    const { seller, buyer, postToken } = await bed.conversation({ postToken: 'flat' })
    await bed.allow(
      seller,
      [scope.readPostConversations(postToken), scope.sendInPostConversations(postToken)],
      {
        subscribe: true,
      },
    )
    await buyer.says('Is it still there?')
    same([seller.sees.at(-1)?.buttons, buyer.sees.at(-1)?.buttons], [[['All visits']], [['Sunday']]])
  },
  'an event that comes twice is handled once': async () => {
    const bed = testBed(createApp)
    const user = bed.person()
    user.chatsWithApp()
    await user.says('Hello')
    await bed.redeliver()
    same(user.sees.length, 2)
  },
  'a call with a wrong identification key is refused': async () => {
    const bed = testBed(createApp)
    const app = createApp(bed.settings)
    const answer = await app.fetch(
      new Request(`${bed.settings.publicUrl}/charsu/events`, {
        method: 'POST',
        headers: { authorization: 'wrong' },
        body: '{}',
      }),
    )
    same(answer.status, 401)
  },
  'the client reads a refusal, with its reason and its fix': async (origin) => {
    const client = new Client({ apiKey: 'ck_test', baseUrl: `${origin}/refuses`, retries: 0 })
    const error = await thrownBy(client.as('ca_test').getUser())
    if (!(error instanceof RefusedError)) throw error
    same([error.status, error.reason, error.metadata.scope], [403, 'SCOPE_MISSING', 'USER_ID'])
  },
  'the client repeats what is safe, under one Idempotency-Key': async (origin) => {
    const client = new Client({ apiKey: 'ck_test', baseUrl: `${origin}/recovers` })
    const id = '01900000-0000-7000-8000-000000000001'
    const { message_id } = await client.as('ca_test').sendMessage(id, { message: 'سلام' })
    same(message_id, 'attempts: 2')
  },
  'the client gives up a call that is aborted': async (origin) => {
    const client = new Client({ apiKey: 'ck_test', baseUrl: `${origin}/hangs` })
    const error = await thrownBy(client.getPost('flat', { signal: AbortSignal.timeout(50) }))
    same((error as Error).name, 'TimeoutError')
  },
  'no answer is an error of its own': async (origin) => {
    const client = new Client({ apiKey: 'ck_test', baseUrl: `${origin}/babbles`, retries: 0 })
    const error = await thrownBy(client.getPost('flat'))
    if (!(error instanceof NoAnswerError)) throw error
  },
}

/** What went wrong with each promise, by its name; null for those that were kept. */
export async function tellStory(origin: string): Promise<Record<string, string | null>> {
  const told: Record<string, string | null> = {}
  for (const [name, tell] of Object.entries(STORY)) {
    told[name] = await tell(origin).then(
      () => null,
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
  }
  return told
}
