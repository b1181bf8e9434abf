import { signWebhook, verifyWebhook } from '@charsu/protocol/webhook-signature'
import { App, type AppSettings, action, grid, link, scope, serverLink } from '../packages/sdk/src/sdk.ts'
import { testBed } from '../packages/sdk/src/testing/testing.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { median, percentile, round } from './figures.ts'

const FULL = { runs: 300, warmUp: 20 }
const QUICK = { runs: 60, warmUp: 10 }

export const bars: readonly Bar[] = [
  { name: 'a ten-step test, p50', field: 'p50_ms', atMost: 50, unit: 'ms' },
]

/** An app as tests have it: consent by its own page, an answer with buttons for both, actions, a page. */
function visits(settings: AppSettings): App {
  const app = new App(settings)
  const pick = action('pick')
  const plan = serverLink('plan')
  app.start('MY_POST', async (ctx) => {
    const { postToken } = ctx
    const scopes = [
      scope.readPostConversations(postToken),
      scope.sendInPostConversations(postToken),
      scope.userId,
      scope.revocationNotices,
    ]
    const url = await ctx.connectUrl({ scopes, side: 'seller' })
    await ctx.say('Connect your post', { buttons: grid([[link('Connect', url)]]) })
  })
  app.hears(/visit/i, async (ctx) => {
    if (ctx.kind !== 'message') return
    await ctx.say('Which day?', {
      seller: grid([[plan.button('The plan')]]),
      buyer: grid([[pick.button('Saturday'), pick.button('Sunday')]]),
    })
  })
  app.action(pick, (ctx) => ctx.toast('See you then'))
  app.session(plan, (ctx) => ctx.open(`${settings.publicUrl}/plan`))
  return app
}

/** The ten steps; how many calls went between the bed and the app, either way. */
async function tenSteps(): Promise<number> {
  const bed = testBed(visits)
  const chat = await bed.conversation({ postToken: 'flat' })
  const { seller, buyer } = chat
  await seller.startsFrom('MY_POST', 'flat')
  await seller.taps('Connect')
  await seller.connects(seller.opened[0] ?? '')
  await buyer.says('When is a visit possible?')
  await buyer.taps('Sunday')
  await seller.opens(chat).taps('The plan')
  await bed.redeliver()
  await bed.time.advance('10m')
  await seller.revokes()
  if (buyer.toasts[0] !== 'See you then' || seller.opened.length !== 2 || bed.reported.length > 0) {
    throw new Error('the ten steps did not come to what they should')
  }
  const toApp = bed.events.flatMap(({ attempts }) => attempts).length + bed.clicks.length + 2
  return toApp + bed.calls.length
}

const SECRET = `whsec_${btoa('a secret of thirty-two characters')}`

/** As many calls without a bed: each a signed Request with JSON that is verified and answered with JSON. */
async function bareCalls(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const sent = JSON.stringify({
      type: 'NEW_MESSAGE',
      metadata: {},
      new_message: { id: String(i), text: 'hello' },
    })
    const now = 1_795_000_000
    const headers = { ...signWebhook({ id: `evt_${i}`, timestamp: now, body: sent, secrets: [SECRET] }) }
    const request = new Request('https://app.test/charsu/events', { method: 'POST', headers, body: sent })
    const body = await request.text()
    const verdict = verifyWebhook({
      headers: Object.fromEntries(request.headers),
      body,
      secrets: [SECRET],
      now,
    })
    const answer = Response.json({ ok: verdict.ok, type: (JSON.parse(body) as { type: string }).type })
    if (!((await answer.json()) as { ok: boolean }).ok) throw new Error('a signature did not verify')
  }
}

async function milliseconds(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}

/**
 * A test of ten steps with an app of the framework, each with a bed of its own, beside as many bare calls: Request and
 * Response in memory, JSON, a signature made and verified. Both take turns.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const { runs, warmUp } = quick ? QUICK : FULL
  let calls = 0
  const first = await milliseconds(async () => {
    calls = await tenSteps()
  })
  for (let i = 0; i < warmUp; i++) await tenSteps()
  const tests: number[] = []
  const bare: number[] = []
  for (let i = 0; i < runs; i++) {
    bare.push(await milliseconds(() => bareCalls(calls)))
    tests.push(await milliseconds(tenSteps))
  }
  const shares = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
  const line = (values: readonly number[]): string =>
    shares.map((share) => `p${share * 100} ${round(percentile(values, share), 2)}`).join(', ')
  console.log(`ten steps, ${calls} calls, ms of ${runs} runs: ${line(tests)}`)
  console.log(`${calls} bare calls, ms of ${runs} runs: ${line(bare)}`)
  return {
    bench: 'testbed',
    steps: 10,
    calls,
    runs,
    first_ms: round(first, 1),
    p50_ms: round(median(tests), 2),
    p95_ms: round(percentile(tests, 0.95), 2),
    max_ms: round(Math.max(...tests), 2),
    bare_p50_ms: round(median(bare), 2),
    bare_p95_ms: round(percentile(bare, 0.95), 2),
    ratio: round(median(tests) / median(bare), 2),
  }
}
