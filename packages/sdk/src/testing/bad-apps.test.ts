import { describe, expect, test } from 'vitest'
import { plainApp, row } from '../../testing/plain-app.ts'
import { App } from '../app/app.ts'
import { scope } from '../oauth/scope.ts'
import { AppAnswerError, type AppUnderTest, BedError, testBed } from './testing.ts'

const ACTION = { get_dynamic_action: { data: {} } }

const faultOf = async (step: Promise<unknown>): Promise<Error> =>
  step.then(
    () => {
      throw new Error('the step succeeded')
    },
    (error: Error) => error,
  )

describe('an app that does not work', () => {
  test('one that cannot be made fails the first step that needs it, with its own error', async () => {
    const bed = testBed(() => {
      throw new TypeError('no such database')
    })
    const fault = await faultOf(bed.person({ name: 'Negar' }).chatsWithApp().says('hello'))
    expect(fault.message).toContain('the app threw TypeError: no such database instead of answering')
  })

  test('one that is none, or is not returned, is told what to write', async () => {
    // @ts-expect-error an app that is made already
    expect(() => testBed({ fetch: () => new Response() })).toThrow('testBed((settings) => new App(settings))')
    const bed = testBed(() => undefined as unknown as AppUnderTest)
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault.message).toContain('makes no app: return it')
  })

  test('one that answers its own messages ends the test with a message, and not by the runner', async () => {
    const bed = testBed((settings) =>
      new App(settings).on(['message', 'app_message'], (ctx) => ctx.say('And again')),
    )
    const { seller, buyer } = await bed.conversation({ postToken: 'flat' })
    await bed.allow(seller, [scope.readPostConversations('flat'), scope.sendInPostConversations('flat')])
    const fault = await faultOf(buyer.says('hello'))
    expect(fault).toBeInstanceOf(BedError)
    expect(fault.message).toContain('it answers its own')
  })

  test('one that answers with something else is told what to return', async () => {
    const bed = testBed(() => (() => undefined) as unknown as AppUnderTest)
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault.message).toContain('gave undefined, not a Response: return new Response(…)')
  })

  test('one whose answer breaks off is unreachable', async () => {
    const body = () =>
      new ReadableStream({
        pull(controller) {
          controller.error(new Error('cut'))
        },
      })
    const bed = testBed(() => () => new Response(body()))
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault).toBeInstanceOf(AppAnswerError)
    expect(fault.message).toContain('broke off: cut')
  })

  test('one that never answers ends the test with a message, and not by the runner', async () => {
    const bed = testBed(() => () => new Promise<Response>(() => {}), { patienceMs: 20 })
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault).toBeInstanceOf(BedError)
    expect(fault.message).toContain('has not answered POST /charsu/events (NEW_CHATBOT_MESSAGE)')
    expect(fault.message).toContain('a promise that never settles')
  })

  test('one that sleeps while nobody moves the time says how to move it', async () => {
    const bed = testBed(
      ({ time }) =>
        async () => {
          await time.sleep(3_000)
          return new Response()
        },
      { patienceMs: 20 },
    )
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault.message).toContain("await bed.time.advance('3s')")
  })

  test('one that calls somebody else is told where Charsu is', async () => {
    const bed = testBed(
      ({ fetch }) =>
        async () =>
          fetch(new Request('https://example.com/')),
    )
    const fault = await faultOf(bed.person().chatsWithApp().says('hello'))
    expect(fault.message).toContain(
      'the app calls https://example.com/, but in the test bed there is https://charsu.test alone',
    )
  })

  test('one that answers a click badly shows the reason of the console', async () => {
    const bed = testBed(
      plainApp(async ({ place, body }, charsu) => {
        if (place !== 'events') return new Response('<html>', { status: 200 })
        const { conversation } = body.new_chatbot_message as { conversation: { id: string } }
        return charsu.sayAsChatbot(conversation.id, { text_message: 'Well?', buttons: row(['Go', ACTION]) })
      }),
    )
    const negar = bed.person({ name: 'Negar' }).chatsWithApp()
    await negar.says('hello')
    const fault = await faultOf(negar.taps('Go'))
    expect(fault).toMatchObject({
      troubles: [{ asked: 'get_dynamic_action of the button "Go"', reason: 'NOT_JSON', answer: '<html>' }],
    })
    expect(negar.warnings).toEqual([
      'My app gave an answer that cannot be shown. If it happens again, tell My app.',
    ])
  })
})

describe('steps that nobody could take', () => {
  const silent = () => testBed(() => () => new Response())

  test('without a chat, with a scope of somebody else, with a post twice', async () => {
    const bed = silent()
    const negar = bed.person({ name: 'Negar' })
    expect((await faultOf(negar.says('hello'))).message).toContain('Negar has no chat open')
    const { buyer } = await bed.conversation({ postToken: 'flat' })
    expect((await faultOf(bed.allow(buyer, ['CHAT_POST_CONVERSATIONS_READ.flat']))).message).toBe(
      "Buyer cannot allow this: CHAT_POST_CONVERSATIONS_READ.flat: the resource must be the user's own post",
    )
    expect((await faultOf(bed.allow(buyer, ['USER_IDD']))).message).toContain('Did you mean "USER_ID"?')
    expect((await faultOf(bed.post({ token: 'flat' }))).message).toContain('there is a post flat already')
    expect((await faultOf(bed.redeliver())).message).toContain('no event has gone to the app yet')
    expect((await faultOf(negar.revokes())).message).toContain('has allowed the app nothing')
    expect((await faultOf(bed.time.advance('soon'))).message).toContain("write '500ms', '10s'")
    expect((await faultOf(negar.connects('/charsu/connect'))).message).toContain('was not asked for consent')
  })

  test('writing to somebody who has blocked one', async () => {
    const bed = silent()
    const { seller, buyer } = await bed.conversation()
    seller.blocks()
    expect((await faultOf(buyer.says('hello'))).message).toContain("recipient's restriction")
  })
})

test('two taps on one button at once are one click', async () => {
  let asked = 0
  const bed = testBed((settings) =>
    plainApp(async ({ place, body }, charsu) => {
      if (place !== 'events') {
        asked++
        await settings.time.sleep(100)
        return { text_message: 'once' }
      }
      const { conversation } = body.new_chatbot_message as { conversation: { id: string } }
      return charsu.sayAsChatbot(conversation.id, { text_message: 'Well?', buttons: row(['Go', ACTION]) })
    })(settings),
  )
  const negar = bed.person().chatsWithApp()
  await negar.says('hello')
  const taps = [negar.taps('Go'), negar.taps('Go')]
  await bed.time.advance('1s')
  await Promise.all(taps)
  expect([asked, bed.clicks.length]).toEqual([1, 1])
})

test('consent that was taken back cancels what was on its way, and tokens end', async () => {
  let status = 0
  const bed = testBed(
    plainApp(async (_call, charsu) => {
      const answer = await charsu.call('GET', '/v1/open-platform/users', { token })
      status = answer.status
    }),
    { tolerant: true },
  )
  const { seller, buyer } = await bed.conversation({ postToken: 'flat' })
  const { accessToken: token } = await bed.allow(seller, [
    'CHAT_POST_CONVERSATIONS_READ.flat',
    'USER_ID',
    'NOTIFICATION_ACCESS_REVOCATION',
  ])
  bed.hold()
  await buyer.says('hello')
  await seller.revokes()
  await bed.release()
  expect(bed.events.map(({ type, state, reason }) => [type, state, reason])).toEqual([
    ['NEW_MESSAGE', 'cancelled', 'grant_revoked'],
    ['USER_ACCESS_REVOCATION', 'delivered', undefined],
  ])
  expect(status).toBe(401)
})
