import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PersonHere, type SeenMessage, startDemoBot } from '../../testing/demo-bot-bed.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

let node: TestServer
let negar: PersonHere
let kamran: PersonHere
beforeAll(async () => {
  node = await startDemoBot()
  negar = await PersonHere.logIn(node.url, 'negar')
  kamran = await PersonHere.logIn(node.url, 'kamran')
})
afterAll(() => node?.close())

const captions = (message: SeenMessage | undefined): string[][] =>
  message?.buttons?.rows.map(({ buttons }) => buttons.map(({ caption }) => caption)) ?? []

/** The bot's message behind this one, as a person sees it. */
const replyTo = (person: PersonHere, id: string): Promise<SeenMessage> =>
  waitFor(async () => {
    const messages = await person.sees()
    const place = messages.findIndex((each) => each.id === id)
    return messages.slice(place + 1).find(({ app }) => app?.slug === 'demo-bot')
  })

const lastSeen = async (person: PersonHere): Promise<string> => (await person.sees()).at(-1)?.id ?? ''

describe('the first message', () => {
  test('is there without anybody doing anything, and its answer has two faces', async () => {
    const reply = await waitFor(async () => (await negar.sees())[1])
    const [asked] = await negar.sees()
    expect(asked).toMatchObject({ mine: true, text: expect.stringContaining('آپارتمان') })
    expect(reply).toMatchObject({ mine: false, app: { slug: 'demo-bot' } })
    expect(captions(reply)).toHaveLength(2)
    expect(captions(await replyTo(kamran, asked?.id ?? ''))).toEqual([['همهٔ بازدیدها']])
  })
})

describe('a message', () => {
  test('is answered in its own language, whoever wrote it', async () => {
    const english = await negar.says('Hello, when may I come?')
    expect((await replyTo(negar, english.id)).text).toContain('two times free')
    const persian = await kamran.says('سلام، کی تشریف می‌آورید؟')
    expect((await replyTo(kamran, persian.id)).text).toContain('بازدید')
  })

  test('of an app is not: one answer for each of a person’s', async () => {
    const said = await negar.says('دوباره سلام')
    await replyTo(negar, said.id)
    const again = await negar.says('و باز سلام')
    await replyTo(negar, again.id)
    const messages = await negar.sees()
    const byPeople = messages.filter(({ app }) => app === undefined)
    const byBot = messages.filter(({ app }) => app?.slug === 'demo-bot')
    expect(byBot).toHaveLength(byPeople.length)
  })
})

describe('a click', () => {
  test('on a time: a toast, the next message, a notice for the seller, and a page that lists it', async () => {
    const said = await negar.says('وقت می‌خواهم')
    const offer = await replyTo(negar, said.id)
    const time = captions(offer)[0]?.[0] ?? 'none'
    const before = await lastSeen(negar)
    expect(await negar.clicks(offer.id, 0)).toEqual({
      outcome: 'toast',
      toast: `بازدید شما ثبت شد: ${time}.`,
    })
    const settled = await replyTo(negar, before)
    expect(settled.text).toContain(time)
    expect(captions(settled)).toEqual([['وقتی دیگر']])
    const notice = await waitFor(async () => {
      const { notices } = await kamran.call<{ notices: { message: string; app: { slug: string } }[] }>(
        'GET',
        '/notices',
      )
      return notices[0]
    })
    expect(notice).toMatchObject({ message: `خریدار برای بازدید ${time} را انتخاب کرد.` })

    const opened = await kamran.clicks(settled.id, 0)
    expect(opened).toMatchObject({ outcome: 'opened' })
    const page = await fetch(String(opened.open_url).replace('localhost', '127.0.0.1'))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(time)
  })

  test('for other times brings a message with others', async () => {
    const before = await lastSeen(negar)
    const settled = (await negar.sees()).findLast((each) => captions(each)[0]?.[0] === 'وقتی دیگر')
    expect(await negar.clicks(settled?.id ?? '', 0)).toMatchObject({ outcome: 'toast' })
    expect(captions(await replyTo(negar, before))).toHaveLength(2)
  })
})

describe('as a chatbot', () => {
  test('it answers too, with a button that greets', async () => {
    const { id } = await negar.call<{ id: string }>('POST', '/chatbots/demo-bot')
    await negar.says('/start MY_POST demo_flat', id)
    const reply = await waitFor(async () => (await negar.sees(id)).find(({ app }) => app !== undefined))
    expect(reply.text).toContain('demo_flat')
    expect(await negar.clicks(reply.id, 0, id)).toMatchObject({ outcome: 'toast' })
  })
})

describe('calls to it', () => {
  const call = (headers: Record<string, string>) =>
    fetch(`${node.url}/dev/demo-bot/events`, { method: 'POST', body: '{}', headers })

  test('without key or signature are refused', async () => {
    expect((await call({})).status).toBe(401)
    expect((await call({ authorization: 'guess' })).status).toBe(401)
  })
})

describe('a consent that comes back', () => {
  const comesBack = async (query: string): Promise<[number, string]> => {
    const answer = await fetch(`${node.url}/dev/demo-bot/callback?${query}`, {
      headers: { 'accept-language': 'en' },
    })
    return [answer.status, await answer.text()]
  }

  test.each([
    ['error=access_denied', 'You did not allow it'],
    ['code=1&state=playground', 'I take up only what I have asked for myself'],
  ])('with %s connects nothing, and says why', async (query, why) => {
    const [status, page] = await comesBack(query)
    expect(status).toBe(400)
    expect(page).toContain(why)
  })
})
