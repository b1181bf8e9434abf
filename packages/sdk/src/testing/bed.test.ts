import { verifyWebhook } from '@charsu/protocol/webhook-signature'
import { describe, expect, test } from 'vitest'
import { plainApp, row } from '../../testing/plain-app.ts'
import { AppAnswerError, BedError, type BedSettings, testBed } from './testing.ts'

const POST = 'flat'
const SCOPES = [
  `CHAT_POST_CONVERSATIONS_READ.${POST}`,
  `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.${POST}`,
  'SEND_EVENT',
]
const ACTION = { get_dynamic_action: { data: { do: 'pick' } } }

const faultOf = async (step: Promise<unknown>): Promise<Error> =>
  step.then(
    () => {
      throw new Error('the step succeeded')
    },
    (error: Error) => error,
  )

describe('a chat about a post', () => {
  test('the app hears what people say, answers, and each side sees its own buttons', async () => {
    let token = ''
    const bed = testBed(
      plainApp(async ({ body, text }, charsu) => {
        const message = body.new_message as { conversation: { id: string }; sender: { type: string } }
        if (message.sender.type === 'BOT') return
        await charsu.send(token, message.conversation.id, {
          message: `You said: ${text}`,
          sender_buttons: row(['Manage', { open_post_manage_page: { post_token: POST } }]),
          receiver_buttons: row(['Saturday', ACTION], ['Sunday', ACTION]),
        })
      }),
    )
    const { seller, buyer } = await bed.conversation({ postToken: POST })
    token = (await bed.allow(seller, SCOPES)).accessToken

    await buyer.says('Is it still there?')

    expect(buyer.sees).toMatchObject([
      { mine: true, text: 'Is it still there?', buttons: [] },
      { mine: false, app: 'My app', text: 'You said: Is it still there?', buttons: [['Saturday', 'Sunday']] },
    ])
    expect(seller.sees.at(-1)).toMatchObject({ mine: true, app: 'My app', buttons: [['Manage']] })
    expect(bed.events.map(({ body, state }) => [body.type, state])).toEqual([
      ['NEW_MESSAGE', 'delivered'],
      ['NEW_MESSAGE', 'delivered'],
    ])
    await seller.taps('Manage')
    expect(seller.opened).toEqual(['https://charsu.test/posts/flat/manage'])
  })

  test('calls to the app carry its key and a signature by the time of the bed', async () => {
    const verdicts: unknown[] = []
    const bed = testBed((settings) => async (request) => {
      const body = await request.text()
      expect(request.headers.get('authorization')).toBe(settings.identificationKey)
      const headers = Object.fromEntries(request.headers)
      const now = settings.time.now() / 1000
      verdicts.push(verifyWebhook({ headers, body, secrets: settings.webhookSecrets, now }))
      return new Response()
    })
    await bed.person().chatsWithApp().says('hello')
    expect(verdicts).toEqual([{ ok: true }])
  })

  test('a wrong caption is answered with what there is', async () => {
    const bed = testBed(
      plainApp(async ({ body }, charsu) => {
        const { conversation } = body.new_chatbot_message as { conversation: { id: string } }
        await charsu.sayAsChatbot(conversation.id, {
          text_message: 'Which day?',
          buttons: row(['Saturday', ACTION]),
        })
      }),
    )
    const buyer = bed.person({ name: 'Negar' }).chatsWithApp()
    await buyer.says('hi')
    const fault = await faultOf(buyer.taps('Saturdy'))
    expect(fault).toBeInstanceOf(BedError)
    expect(fault.message).toBe(
      'Negar sees no button "Saturdy". Did you mean "Saturday"? Negar sees these buttons:\n  "Saturday" under "Which day?"',
    )
  })
})

describe('events', () => {
  const flaky = (statuses: number[]) => {
    const attempts: string[] = []
    const bed = testBed(
      plainApp(({ headers, text }) => {
        attempts.push(`${text} ${headers.get('charsu-attempt')}`)
        return new Response('no', { status: statuses.shift() ?? 200 })
      }),
      { tolerant: true },
    )
    return { bed, attempts, person: bed.person().chatsWithApp() }
  }

  test('one that was refused comes again on the schedule, in its order', async () => {
    const { bed, attempts, person } = flaky([500, 503])
    await person.says('first')
    await person.says('second')
    expect(attempts).toEqual(['first 1'])
    await bed.time.advance('5s')
    expect(attempts).toEqual(['first 1', 'first 2'])
    await bed.time.advance('29s')
    expect(attempts).toHaveLength(2)
    await bed.time.advance('1s')
    expect(attempts).toEqual(['first 1', 'first 2', 'first 3', 'second 1'])
    expect(bed.events.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  })

  test('after three failures the next ones pass', async () => {
    const { bed, attempts, person } = flaky([500, 500, 500])
    await person.says('first')
    await person.says('second')
    await bed.time.advance('35s')
    expect(attempts).toEqual(['first 1', 'first 2', 'first 3', 'second 1'])
    await bed.time.advance('2m')
    expect(attempts.at(-1)).toBe('first 4')
  })

  test('an answer that a repeat cannot mend ends the delivery', async () => {
    const { bed, person } = flaky([400])
    await person.says('first')
    expect(bed.events[0]).toMatchObject({
      state: 'dead',
      reason: 'status_400',
      attempts: [{ status: 400, answer: 'no' }],
    })
  })

  test('held events come late, and out of order if wanted', async () => {
    const { bed, attempts, person } = flaky([])
    bed.hold()
    await person.says('first')
    await person.says('second')
    expect(attempts).toEqual([])
    await bed.release('reversed')
    expect(attempts).toEqual(['second 1', 'first 1'])
  })

  test('an event delivered again has the id of the first time', async () => {
    const ids: (string | null)[] = []
    const bed = testBed(
      plainApp(({ headers }) => void ids.push(headers.get('webhook-id'), headers.get('charsu-replay'))),
    )
    await bed.person().chatsWithApp().says('hello')
    await bed.redeliver()
    expect(ids).toEqual([ids[0], null, ids[0], 'true'])
  })

  test('an app that answers badly fails the step, with cause and fix', async () => {
    const bed = testBed(
      plainApp(() => {
        throw new TypeError('no such visit')
      }),
    )
    const fault = await faultOf(bed.person({ name: 'Negar' }).chatsWithApp().says('hello'))
    expect(fault).toBeInstanceOf(AppAnswerError)
    expect(fault.message).toContain(
      'Negar says "hello": the app answered badly to the event NEW_CHATBOT_MESSAGE',
    )
    expect(fault.message).toContain('no such visit')
    expect(fault.cause).toBeInstanceOf(TypeError)
  })
})

describe('clicks', () => {
  const clicked = (answer: (settings: BedSettings, index: number) => Promise<Response> | Response) => {
    let index = 0
    let settings: BedSettings | undefined
    const bed = testBed(
      (given) => {
        settings = given
        return plainApp(async ({ place, body }, charsu) => {
          if (place !== 'events') return answer(settings!, index++)
          const { conversation } = body.new_chatbot_message as { conversation: { id: string } }
          const buttons = row(['Go', ACTION], ['Open', { open_server_link: { data: {} } }])
          await charsu.sayAsChatbot(conversation.id, { text_message: 'Well?', buttons })
          return undefined
        })(given)
      },
      { tolerant: true },
    )
    return { bed, person: bed.person().chatsWithApp() }
  }

  test('a toast, and a page of the app', async () => {
    const { person } = clicked((_settings, index) =>
      Response.json(index === 0 ? { text_message: 'Done' } : { url: 'https://app.test/visits/1' }),
    )
    await person.says('hi')
    await person.taps('Go')
    await person.taps('Open')
    expect([person.toasts, person.opened]).toEqual([['Done'], ['https://app.test/visits/1']])
  })

  test('three actions may follow one another, and no fourth', async () => {
    const { bed, person } = clicked(() => Response.json({ action: ACTION }))
    await person.says('hi')
    expect(await person.taps('Go')).toMatchObject({ outcome: 'failed', failure: { reason: 'TOO_DEEP' } })
    expect(bed.clicks).toHaveLength(1)
  })

  test('an app that takes longer than five seconds is too late', async () => {
    const { bed, person } = clicked(async ({ time }) => {
      await time.sleep(6_000)
      return Response.json({ text_message: 'late' })
    })
    await person.says('hi')
    const tap = person.taps('Go')
    await bed.time.advance('6s')
    expect(await tap).toMatchObject({ outcome: 'failed', failure: { reason: 'TIMED_OUT' } })
    expect(person.warnings).toEqual(['My app took too long to answer. Try again.'])
  })
})
