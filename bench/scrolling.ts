import type { Pool } from 'pg'
import type { Locator, Page } from 'playwright-core'
import type { InPage, InPageElement } from '../e2e/browser/in-page.ts'

/** Pixels a frame: at 60 frames a second a fast flick of the finger. */
const STEP_PX = 40

/** Messages of a line or several, before whatever is written after them. */
export async function fillConversation(pool: Pool, conversationId: string, count: number): Promise<void> {
  await pool.query(
    `insert into messages (id, conversation_id, sequence, sender_id, body, sent_at)
     select gen_random_uuid(), c.id, c.last_sequence + n, case when n % 3 = 0 then c.supplier_id else c.demand_id end,
       jsonb_build_object('text', 'message ' || n || '.' || repeat(' and more of it', n % 9)), now()
     from conversations c, generate_series(1, $2::int) n where c.id = $1`,
    [conversationId, count],
  )
  await pool.query(
    'update conversations set last_sequence = last_sequence + $2, last_at = now() where id = $1',
    [conversationId, count],
  )
}

/** A list of which all lines are in the page, without script. */
export async function plainList(page: Page): Promise<Locator> {
  const lines = Array.from({ length: 2_000 }, (_, n) => `<p>message ${n}. and more of it and more of it</p>`)
  // Another document, or the policy of the last one held for it.
  await page.goto('about:blank')
  await page.setContent(`<div id=list style="height:90vh;overflow-y:auto">${lines.join('')}</div>`)
  const list = page.locator('#list')
  await list.evaluate((element) => {
    const box = element as unknown as InPageElement
    box.scrollTop = box.scrollHeight
  })
  return list
}

/**
 * Scrolls a list up from where it stands.
 * @returns milliseconds from each frame to the next; those in which there was nothing to scroll through yet count on.
 */
export const scrollUp = (list: Locator, frames: number): Promise<number[]> =>
  list.evaluate(
    async (element, { frames: wanted, step }) => {
      const box = element as unknown as InPageElement
      const { requestAnimationFrame } = globalThis as unknown as InPage
      const nextFrame = (): Promise<number> =>
        new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())))
      const times: number[] = []
      let last = await nextFrame()
      let missing = 0
      while (times.length < wanted) {
        const before = box.scrollTop
        box.scrollTop -= step
        const now = await nextFrame()
        missing += now - last
        last = now
        if (box.scrollTop === before) continue
        times.push(missing)
        missing = 0
      }
      return times
    },
    { frames, step: STEP_PX },
  )
