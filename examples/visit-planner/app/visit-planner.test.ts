import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '@charsu/sdk'
import { testBed } from '@charsu/sdk/testing'
import { describe, expect, test } from 'vitest'
import { scopesFor } from './browse.ts'
import { Store } from './store.ts'
import { createVisitPlanner } from './visit-planner.ts'

const POST = 'villa'
const FIRST_TIME = 'یکشنبه ۲ فروردین، ساعت ۱۷'

/** A seller who has connected the app, and a buyer who looks at the villa. */
async function visits(store?: Store) {
  const kept = store ?? (await Store.open())
  let app: App | undefined
  const bed = testBed((settings) => {
    app = createVisitPlanner(settings, kept)
    return app
  })
  const chat = await bed.conversation({ postToken: POST })
  await bed.allow(chat.seller, scopesFor(POST))
  const offerAgain = async (planUrl: string): Promise<string> => {
    const url = `${planUrl}/offer?${new URLSearchParams({ conversation_id: chat.id })}`
    const response = await app?.fetch(new Request(url, { method: 'POST' }))
    return (await response?.text()) ?? ''
  }
  return { bed, ...chat, offerAgain }
}

describe('a proposal', () => {
  test('has two faces: the seller manages visits, the buyer picks a time', async () => {
    const { seller, buyer } = await visits()
    await buyer.says('سلام')
    expect(seller.sees.at(-1)).toMatchObject({
      mine: true,
      buttons: [['دیدن برنامهٔ بازدیدها'], ['بازدید بعدی', 'مدیریت آگهی']],
    })
    expect(buyer.sees.at(-1)?.buttons).toEqual([
      [FIRST_TIME, 'دوشنبه ۳ فروردین، ساعت ۱۱', 'سه‌شنبه ۴ فروردین، ساعت ۱۸'],
      ['نشانی روی نقشه', 'راهنمای بازدید'],
    ])
  })

  test('comes to the buyer’s first words and whenever they ask for a visit, never to the seller', async () => {
    const { bed, seller, buyer } = await visits()
    await seller.says('سلام، بازدید؟')
    expect(buyer.sees).toHaveLength(1)
    await buyer.says('سلام')
    await bed.redeliver()
    await buyer.says('قیمت؟')
    expect(buyer.sees).toHaveLength(4)
    await buyer.says('کی برای بازدید بیایم؟')
    expect(buyer.sees).toHaveLength(6)
  })

  test('that one of the two people does not want is done with, and the seller reads why', async () => {
    const { bed, seller, buyer, offerAgain } = await visits()
    await buyer.says('سلام')
    await seller.taps('دیدن برنامهٔ بازدیدها')
    buyer.blocks()
    await seller.visits(seller.opened[0] ?? '')
    expect(await offerAgain(seller.opened[0] ?? '')).toContain('مسدود')
    buyer.unblocks()
    expect(await offerAgain(seller.opened[0] ?? '')).toContain('فرستاده شد')
    await seller.revokes()
    expect(await offerAgain(seller.opened[0] ?? '')).toContain('اجازهٔ فرستادن پیام نداریم')
    expect(bed.reported).toEqual([])
  })
})

describe('a picked time', () => {
  test('is confirmed by a toast, told to the seller by a notice, and stands in the plan', async () => {
    const { bed, seller, buyer } = await visits()
    await buyer.says('سلام')
    await buyer.taps(FIRST_TIME)
    await bed.settled()
    expect(buyer.toasts).toEqual([`بازدید شما برای ${FIRST_TIME} ثبت شد.`])
    expect(seller.notices).toMatchObject([
      { message: `خریدار برای بازدید ${FIRST_TIME} را انتخاب کرد.`, postToken: POST },
    ])
    await seller.taps('بازدید بعدی')
    expect(seller.toasts).toEqual([`بازدید بعدی: ${FIRST_TIME}`])
    expect((await seller.visits(seller.opened[0] ?? '')).text).toContain(FIRST_TIME)
  })

  test('is refused once it is past', async () => {
    const { bed, buyer } = await visits()
    await buyer.says('سلام')
    await bed.time.advance('4d')
    await buyer.taps(FIRST_TIME)
    expect(buyer.toasts).toEqual(['این زمان گذشته است. از فروشنده زمان تازه بخواهید.'])
  })

  test('outlives the process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'visit-planner-'))
    try {
      const file = join(folder, 'visits.json')
      const { buyer } = await visits(await Store.open(file))
      await buyer.says('سلام')
      await buyer.taps(FIRST_TIME)
      const { state } = await Store.open(file)
      expect(Object.values(state.visits)).toMatchObject([
        { postToken: POST, picked: '2026-03-22T13:30:00.000Z' },
      ])
      expect(await readFile(file, 'utf8')).not.toContain('ca_')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('the plan', () => {
  test('opens for the seller, from the chat and from the notice, leads back, and closes after an hour', async () => {
    const { bed, seller, buyer } = await visits()
    await buyer.says('سلام')
    await buyer.taps(FIRST_TIME)
    await bed.settled()
    await seller.taps('دیدن برنامهٔ بازدیدها')
    await seller.taps('برنامهٔ بازدیدها')
    expect(seller.opened).toHaveLength(2)
    for (const url of seller.opened) {
      expect((await seller.visits(url)).text).toContain('href="https://charsu.test/completion')
    }
    await bed.time.advance('61m')
    expect((await seller.visits(seller.opened[0] ?? '')).status).toBe(404)
  })

  test('opens for nobody else, not even by a guessed address', async () => {
    const { seller, buyer } = await visits()
    await buyer.says('سلام')
    await seller.revokes()
    await seller.taps('دیدن برنامهٔ بازدیدها')
    expect([seller.opened, seller.toasts]).toEqual([[], ['برنامهٔ بازدیدها را فقط فروشندهٔ این آگهی می‌بیند.']])
    expect((await buyer.visits('/plan/__proto__')).status).toBe(404)
  })
})

describe('connecting', () => {
  test('asks for what the app needs, and says that it worked', async () => {
    const bed = testBed(async (settings) => createVisitPlanner(settings, await Store.open()))
    const { seller } = await bed.conversation({ postToken: POST })
    const page = await seller.connects(`/connect?post_token=${POST}`)
    expect([page.asks, page.text]).toEqual([scopesFor(POST), expect.stringContaining('متصل شد')])
  })

  test('to something that is no post is refused', async () => {
    const { seller } = await visits()
    expect((await seller.visits('/connect?post_token=a%20b')).status).toBe(400)
  })
})
