import type { App } from '@charsu/sdk'
import { type BedChat, type TestBed, type TestBedOptions, testBed } from '@charsu/sdk/testing'
import { describe, expect, test } from 'vitest'
import { createShipping } from './shipping.ts'

const SECRET = 'what only the carrier knows'
const BOOK = { contents: 'کتاب', city: 'شیراز', weight: '450' }

class Story {
  readonly bed: TestBed
  readonly chat: BedChat
  readonly #app: Promise<App>
  readonly #marketplace: { isAway: boolean }

  constructor(bed: TestBed, chat: BedChat, app: Promise<App>, marketplace: { isAway: boolean }) {
    this.bed = bed
    this.chat = chat
    this.#app = app
    this.#marketplace = marketplace
  }

  set isAway(isAway: boolean) {
    this.#marketplace.isAway = isAway
  }

  /** The test bed’s browsers only look at pages. */
  async posts(url: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
    const request = new Request(url, { method: 'POST', body: new URLSearchParams(fields) })
    const response = await (await this.#app).fetch(request)
    return { status: response.status, text: await response.text() }
  }

  async carrierSays(body: unknown, authorization = `Bearer ${SECRET}`): Promise<[number, unknown]> {
    const request = new Request('https://app.test/carrier', {
      method: 'POST',
      headers: { authorization },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const response = await (await this.#app).fetch(request)
    return [response.status, await response.json()]
  }

  /** The seller opens the app in the chat and consents; the address of the form. */
  async opensForm(): Promise<string> {
    const { seller, id } = this.chat
    const { opened = '' } = await seller.opensAppFrom('CHAT', id)
    return opened.includes('/pages/') ? opened : (await seller.connects(opened)).url
  }

  /** A parcel is on its way; its tracking code. */
  async sendsParcel(): Promise<string> {
    const { text } = await this.posts(await this.opensForm(), BOOK)
    return /<b dir="ltr">(.+?)<\/b>/.exec(text)?.[1] ?? ''
  }

  /** What the app said, the oldest first. */
  said(): (string | undefined)[] {
    return this.chat.buyer.sees.map(({ text }) => text)
  }
}

async function begin(options: TestBedOptions = {}): Promise<Story> {
  const made = Promise.withResolvers<App>()
  const marketplace = { isAway: false }
  const bed = testBed((settings) => {
    const fetch = async (request: Request): Promise<Response> => {
      // It took the message, and its answer was lost.
      const answer = await settings.fetch(request)
      return marketplace.isAway
        ? new Response('', { status: 503, headers: { 'retry-after': '3600' } })
        : answer
    }
    const app = createShipping({ ...settings, fetch }, { carrierSecret: SECRET })
    made.resolve(app)
    return app
  }, options)
  return new Story(bed, await bed.conversation({ postToken: 'books' }), made.promise, marketplace)
}

describe.each([1, 2] as const)('with sessions of version %i', (sessionVersion) => {
  test('a seller consents, fills in the form, and both sides see the parcel with their own buttons', async () => {
    const story = await begin({ sessionVersion })
    const { seller, buyer, id } = story.chat
    const { opened = '' } = await seller.opensAppFrom('CHAT', id)
    const form = await seller.connects(opened)
    expect(form.asks).toEqual([`CONVERSATION_SEND_MESSAGE.${id}`, 'USER_ID', 'offline_access'])
    expect(form.text).toContain('<form method="post">')

    expect((await story.posts(form.url, BOOK)).status).toBe(200)
    const text = expect.stringMatching(/^بستهٔ «کتاب» به مقصد شیراز ثبت شد\. کد رهگیری: [0-9a-f]{12}$/)
    expect(seller.sees).toMatchObject([{ text, mine: true, buttons: [['چاپ برچسب', 'بستهٔ دیگر']] }])
    expect(buyer.sees).toMatchObject([{ text, mine: false, buttons: [['بسته کجاست؟']] }])

    await buyer.taps('بسته کجاست؟')
    expect(buyer.toasts).toEqual(['ثبت شد'])
    const label = await seller.taps('چاپ برچسب')
    expect((await seller.visits(label.opened ?? '')).text).toContain('شیراز')
  })

  test('the next parcel needs no consent, by the button in the conversation', async () => {
    const story = await begin({ sessionVersion })
    await story.sendsParcel()
    const { opened = '' } = await story.chat.seller.taps('بستهٔ دیگر')
    expect((await story.posts(opened, { ...BOOK, contents: 'دفتر' })).status).toBe(200)
    expect(story.said()).toHaveLength(2)
  })

  test('a buyer sends nothing, and outside a conversation nobody does', async () => {
    const { chat } = await begin({ sessionVersion })
    await chat.buyer.opensAppFrom('CHAT', chat.id)
    expect(chat.buyer.toasts).toEqual(['فقط فروشنده می‌تواند بسته بفرستد.'])
    await chat.seller.opensAppFrom('MY_DIVAR')
    expect(chat.seller.toasts).toEqual(['این برنامه را از گفتگوی یک آگهی باز کنید.'])
  })
})

describe('the form', () => {
  test('says what is wrong, keeps what was written, and shows it as text', async () => {
    const story = await begin()
    const hostile = { contents: '"><script>alert(1)</script>', city: '', weight: '-1' }
    const { status, text } = await story.posts(await story.opensForm(), hostile)
    expect(status).toBe(400)
    expect(text).toContain('شهر مقصد را')
    expect(text).toContain('وزن را')
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    expect(text).not.toContain('<script>')
    expect(story.said()).toEqual([])
  })

  test('reads Persian digits', async () => {
    const story = await begin()
    expect((await story.posts(await story.opensForm(), { ...BOOK, weight: '۴۵۰' })).status).toBe(200)
    const label = await story.chat.seller.taps('چاپ برچسب')
    expect((await story.chat.seller.visits(label.opened ?? '')).text).toContain('۴۵۰ گرم')
  })

  test.each(['', '0', '30001', '1.5', '0x10', '-1', 'ten'])('takes no weight of %j', async (weight) => {
    const story = await begin()
    expect((await story.posts(await story.opensForm(), { ...BOOK, weight })).status).toBe(400)
  })

  test('sent twice at once registers one parcel, the one that the chat tells of', async () => {
    const story = await begin()
    const url = await story.opensForm()
    const answers = await Promise.all([story.posts(url, BOOK), story.posts(url, { ...BOOK, city: 'تبریز' })])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[0]?.text).toBe(answers[1]?.text)
    expect(story.said()).toEqual([expect.stringContaining('شیراز')])
    const label = await story.chat.seller.taps('چاپ برچسب')
    expect((await story.chat.seller.visits(label.opened ?? '')).text).toContain('شیراز')
  })

  test('that is longer than any form is none', async () => {
    const story = await begin()
    const long = { ...BOOK, contents: 'x'.repeat(20_000) }
    expect((await story.posts(await story.opensForm(), long)).status).toBe(400)
  })

  test('is gone after half an hour, and at an address that was guessed', async () => {
    const story = await begin()
    const url = await story.opensForm()
    await story.bed.time.advance('31m')
    expect((await story.posts(url, BOOK)).status).toBe(404)
    expect((await story.chat.seller.visits('/pages/guess')).status).toBe(404)
    expect((await story.chat.seller.visits('/')).status).toBe(404)
    expect(story.said()).toEqual([])
  })

  test('says so when the consent was taken back, and the next visit asks for it again', async () => {
    const story = await begin()
    const { seller, id } = story.chat
    const url = await story.opensForm()
    await seller.revokes()
    expect((await story.posts(url, BOOK)).status).toBe(502)
    expect(story.said()).toEqual([])
    const { opened = '' } = await seller.opensAppFrom('CHAT', id)
    const form = await seller.connects(opened)
    expect((await story.posts(form.url, BOOK)).status).toBe(200)
    expect(story.said()).toHaveLength(1)
  })
})

describe('the carrier', () => {
  const ON_THE_WAY = 'بستهٔ «کتاب» در راه است.'
  const DELIVERED = 'بستهٔ «کتاب» به دست گیرنده رسید.'

  test('drives the status, and each change is said to both', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    for (const status of ['handed_over', 'on_the_way', 'delivered']) {
      expect(await story.carrierSays({ parcel, status })).toEqual([200, { said: true }])
    }
    expect(story.said().slice(1)).toEqual(['بستهٔ «کتاب» به پست تحویل داده شد.', ON_THE_WAY, DELIVERED])
    expect(story.chat.seller.sees).toHaveLength(4)
    await story.chat.buyer.taps('بسته کجاست؟')
    expect(story.chat.buyer.toasts).toEqual(['به دست گیرنده رسید'])
  })

  test('is heard once, however often it says the same', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    const says = () => story.carrierSays({ parcel, status: 'on_the_way' })
    await Promise.all([says(), says(), says()])
    await says()
    expect(story.said().slice(1)).toEqual([ON_THE_WAY])
  })

  test('is not repeated backwards, when its messages come out of order', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    await Promise.all([
      story.carrierSays({ parcel, status: 'delivered' }),
      story.carrierSays({ parcel, status: 'on_the_way' }),
    ])
    expect(await story.carrierSays({ parcel, status: 'handed_over' })).toEqual([200, { said: false }])
    expect(story.said().slice(1)).toEqual([DELIVERED])
  })

  test('is still heard hours later, when the token was renewed', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    await story.bed.time.advance('5h')
    expect(await story.carrierSays({ parcel, status: 'on_the_way' })).toEqual([200, { said: true }])
  })

  test('is not asked to try again when nobody wants to hear it', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    await story.chat.seller.revokes()
    expect(await story.carrierSays({ parcel, status: 'on_the_way' })).toEqual([200, { said: false }])
    await story.chat.buyer.taps('بسته کجاست؟')
    expect(story.chat.buyer.toasts).toEqual(['در راه است'])
    expect(story.bed.reported).toHaveLength(1)
  })

  test('is asked to try again while the marketplace is away, and is said once then', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    story.isAway = true
    const says = () => story.carrierSays({ parcel, status: 'on_the_way' })
    expect(await says()).toEqual([503, { error: 'try again later' }])
    story.isAway = false
    expect(await says()).toEqual([200, { said: true }])
    expect(story.said().slice(1)).toEqual([ON_THE_WAY])
  })

  test('needs its secret', async () => {
    const story = await begin()
    const parcel = await story.sendsParcel()
    const body = { parcel, status: 'delivered' }
    for (const wrong of ['', SECRET, `Bearer ${SECRET}x`, 'Bearer ']) {
      expect((await story.carrierSays(body, wrong))[0]).toBe(401)
    }
    expect(story.said()).toHaveLength(1)
  })

  test.each([
    ['', 400],
    ['[]', 400],
    ['{"parcel": 7, "status": "delivered"}', 400],
    ['{"parcel": "x", "status": "lost"}', 400],
    ['{"parcel": "x", "status": "delivered"}', 404],
    [`{"parcel": "${'x'.repeat(20_000)}"}`, 413],
  ])('that sends %.40s is told what is wrong: %i', async (body, status) => {
    const story = await begin()
    expect((await story.carrierSays(body))[0]).toBe(status)
  })
})
