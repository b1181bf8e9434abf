import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WORDS } from '../../packages/server/src/demo-bot/bot-words.ts'
import { connectedWords } from '../../packages/web/src/chat/connected-apps/words.ts'
import { inspectorWords } from '../../packages/web/src/playground/inspector/words.ts'
import { ChatPage } from './chat-page.ts'
import { CONVERSATION, type PagesBed, pagesBed } from './pages-bed.ts'

/** Two people and the demo bot, from the first question to the consent that is taken back. */

const ASKED = { fa: 'کی می‌شود خانه را دید؟', en: 'When can I see the flat?' } as const
const PATIENCE_MS = 20_000

describe.each(['fa', 'en'] as const)('the whole story in %s', (locale) => {
  describe.each(['phone', 'desktop'] as const)('on a %s', (screen) => {
    let bed: PagesBed
    beforeAll(async () => {
      bed = await pagesBed({ deps: { demoBot: true } })
    })
    afterAll(() => bed?.[Symbol.asyncDispose]())
    beforeEach(() => {
      bed.complaints.length = 0
    })

    test('asked, answered with two faces, picked, noticed, taken back', async () => {
      const words = WORDS[locale]
      const look = { locale, screen } as const
      const buyer = await new ChatPage(await bed.pageOf('negar', look), locale).open(CONVERSATION)
      const seller = await new ChatPage(await bed.pageOf('kamran', look), locale).open(CONVERSATION)
      await buyer.says(ASKED[locale])
      const offer = words.offer.slice(0, 20)
      await buyer.message(offer).last().waitFor({ timeout: PATIENCE_MS })
      await seller.message(offer).last().waitFor()
      // Each has buttons of their own, and none of the other's.
      await seller.message(offer).last().getByRole('button', { name: words.allVisits }).waitFor()
      await expect.poll(() => seller.message(offer).last().getByRole('button').count()).toBe(1)
      const times = buyer.message(offer).last().getByRole('button')
      await times.nth(1).waitFor()
      expect(await buyer.button(words.allVisits).count()).toBe(0)

      const time = (await times.first().innerText()).trim()
      await times.first().click()
      await buyer.page.getByText(words.set(time)).first().waitFor()
      for (const chat of [buyer, seller]) {
        await chat.message(words.settled(time)).waitFor({ timeout: PATIENCE_MS })
      }

      const [visits] = await Promise.all([
        seller.page.context().waitForEvent('page'),
        seller.button(words.allVisits).last().click(),
      ])
      await visits.getByRole('heading').first().waitFor()
      expect(await visits.evaluate('opener')).toBeNull()
      await expect.poll(() => visits.locator('body').innerText()).toContain(time)
      await visits.close()

      await seller.page.goto('/notices')
      await seller.page.getByRole('article').getByText(words.notice(time)).waitFor({ timeout: PATIENCE_MS })
      if (screen === 'desktop') {
        const inspector = inspectorWords[locale]
        const page = await bed.pageOf(null, { locale, screen: { width: 1440, height: 900 } })
        await page.goto('/')
        const asked = page.locator('[data-bubble]').filter({ hasText: ASKED[locale] })
        await asked.first().click()
        await page.waitForURL(/[?&]message=/)
        await page.locator('button[aria-expanded="false"]').filter({ hasText: 'POST' }).first().click()
        const replay = page.getByRole('button', { name: inspector.replay, exact: true }).first()
        await replay.click()
        await page.getByText(inspector.replayed).first().waitFor({ timeout: PATIENCE_MS })
      }
      const connected = connectedWords[locale]
      await seller.page.goto('/connected-apps')
      await seller.page.getByRole('article').getByRole('button').first().click()
      await seller.page
        .getByRole('alertdialog')
        .getByRole('button', { name: connected.disconnect, exact: true })
        .click()
      await seller.page.getByText(connected.empty).waitFor()
      expect(bed.complaints).toEqual([])
    }, 90_000)
  })
})
