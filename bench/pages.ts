import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { builtPages } from '../e2e/browser/built-pages.ts'
import type { InPage } from '../e2e/browser/in-page.ts'
import { openBrowser } from '../e2e/browser/open-browser.ts'
import { CONVERSATION } from '../e2e/browser/pages-bed.ts'
import { openBed } from './bed.ts'
import type { Bar, BenchmarkOptions, Summary } from './benchmark.ts'
import { percentile, round } from './figures.ts'
import { fillConversation, plainList, scrollUp } from './scrolling.ts'

const FULL = { messages: 200, warmUp: 20, frames: 600 }
const QUICK = { messages: 40, warmUp: 10, frames: 120 }

/** Messages of the conversation that is scrolled through. */
const LONG = 10_000

export const bars: readonly Bar[] = [
  { name: "one side's Enter to the other side's screen, p50", field: 'p50_ms', atMost: 100, unit: 'ms' },
]

/**
 * Two people in a real browser, each on their chat page: milliseconds from the key that sends to the frame in which the
 * other one sees the text. The floor is the same message sent and heard by a few lines of script, without pages. Then a
 * long conversation is scrolled through, from frame to frame; its floor is a list without script.
 */
export async function run({ quick }: BenchmarkOptions): Promise<Summary> {
  const { messages, warmUp, frames } = quick ? QUICK : FULL
  await builtPages()
  await using opened = new AsyncDisposableStack()
  const bed = opened.use(await openBed())
  const { url } = opened.use(await bed.startCharsu({ CHARSU_USER_MESSAGES_PER_MINUTE: '100000' }))
  await fetch(`${url}/dev/v1/demo-bot`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"enabled": false}',
  })
  const browser = opened.use(await openBrowser())
  const [writer, reader] = await Promise.all(
    ['negar', 'kamran'].map(async (hostId) => {
      const context = await browser.context({ url })
      await context.request.post('/dev/login', { form: { user: hostId }, maxRedirects: 0 })
      const page = await context.newPage()
      await page.goto(`/chat/${CONVERSATION}`)
      await composer(page).waitFor()
      return page
    }),
  )
  const seen = await times(messages + warmUp, () => untilSeen(writer!, reader!))
  const heard = await times(messages + warmUp, () => untilHeard(writer!, reader!))
  const [pages, floor] = [seen.slice(warmUp), heard.slice(warmUp)]
  await fillConversation(bed.pool, CONVERSATION, LONG)
  await reader!.close()
  await writer!.goto(`/chat/${CONVERSATION}`)
  const list = writer!.locator('[data-placed]')
  await list.waitFor()
  const scrolled = await scrollUp(list, frames)
  const plain = await scrollUp(await plainList(writer!), frames)
  return {
    bench: 'pages',
    p50_ms: round(percentile(pages, 0.5), 1),
    p95_ms: round(percentile(pages, 0.95), 1),
    floor_p50_ms: round(percentile(floor, 0.5), 1),
    ratio: round(percentile(pages, 0.5) / percentile(floor, 0.5), 2),
    messages,
    frame_p50_ms: round(percentile(scrolled, 0.5), 1),
    frame_p95_ms: round(percentile(scrolled, 0.95), 1),
    frame_p99_ms: round(percentile(scrolled, 0.99), 1),
    frame_worst_ms: round(Math.max(...scrolled), 1),
    floor_frame_p95_ms: round(percentile(plain, 0.95), 1),
    floor_frame_worst_ms: round(Math.max(...plain), 1),
  }
}

const composer = (page: Page) => page.getByRole('textbox').last()

async function times(count: number, one: () => Promise<number>): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push(await one())
  return all
}

async function untilSeen(writer: Page, reader: Page): Promise<number> {
  const text = `message ${randomUUID()}`
  await composer(writer).fill(text)
  const [begun, seen] = await Promise.all([
    writer.evaluate(() => {
      const { addEventListener } = globalThis as unknown as InPage
      const now = (): number => performance.timeOrigin + performance.now()
      return new Promise<number>((resolve) =>
        addEventListener('keydown', () => resolve(now()), { once: true, capture: true }),
      )
    }),
    reader.evaluate((wanted) => {
      const { document, MutationObserver, requestAnimationFrame } = globalThis as unknown as InPage
      const now = (): number => performance.timeOrigin + performance.now()
      return new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => {
          if (![...document.querySelectorAll('article')].at(-1)?.textContent?.includes(wanted)) return
          observer.disconnect()
          requestAnimationFrame(() => resolve(now()))
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      })
    }, text),
    composer(writer).press('Enter', { delay: 0 }),
  ])
  return seen - begun
}

async function untilHeard(writer: Page, reader: Page): Promise<number> {
  const text = `message ${randomUUID()}`
  await reader.evaluate(
    (wanted) =>
      new Promise<void>((ready) => {
        const stream = new (globalThis as unknown as InPage).EventSource('/me/v1/stream')
        stream.addEventListener('ready', () => ready())
        Object.assign(globalThis, {
          heard: new Promise<number>((resolve) =>
            stream.addEventListener('message', ({ data }) => {
              if (!data.includes(wanted)) return
              stream.close()
              resolve(performance.timeOrigin + performance.now())
            }),
          ),
        })
      }),
    text,
  )
  const begun = await writer.evaluate(
    async ([conversation, words]) => {
      const at = performance.timeOrigin + performance.now()
      await fetch(`/me/v1/conversations/${conversation}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: words }),
      })
      return at
    },
    [CONVERSATION, text] as const,
  )
  return (await reader.evaluate(() => (globalThis as unknown as { heard: Promise<number> }).heard)) - begun
}
