import { dynamicActionRequest } from '@charsu/protocol/dynamic-action'
import { describe, expect, test } from 'vitest'
import { appHarness, CONVERSATION, chatbotMessage, postMessage } from '../../../testing/app-harness.ts'
import { link } from '../../buttons/button.ts'
import { grid } from '../../buttons/grid.ts'
import { scope } from '../../oauth/scope.ts'
import { type HandlerError, MissingGrantError } from '../app-errors.ts'

const seller = grid([[link('Plan', 'https://app.test/plan')]])
const buyer = grid([[link('Pick', 'https://app.test/pick')]])
const refusal = (status: number, reason: string): Response =>
  Response.json(
    {
      code: status === 409 ? 6 : 16,
      message: 'no',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
    },
    { status },
  )

describe('a message into a conversation about a post', () => {
  test('goes out under the seller’s consent for the post, each side with its own buttons', async () => {
    const { app, event, allow, sent } = appHarness()
    const grant = await allow([scope.sendInPostConversations('flat')])
    await allow([scope.sendInPostConversations('other')])
    app.on('message', (ctx) => ctx.say('When?', { seller, buyer }))
    expect((await event(postMessage())).status).toBe(200)
    const [call] = sent()
    expect(call?.path).toBe(`/v2/open-platform/conversations/${CONVERSATION}/messages`)
    expect(call?.headers.get('authorization')).toBe(`Bearer ${grant.accessToken}`)
    expect(call?.json).toEqual({ message: 'When?', sender_buttons: seller, receiver_buttons: buyer })
  })

  test('turns the buttons round when it is the buyer’s consent', async () => {
    const { app, event, allow, sent } = appHarness()
    await allow([scope.sendMessage(CONVERSATION)], { side: 'buyer' })
    app.on('message', (ctx) => ctx.say('When?', { seller, buyer }))
    await event(postMessage())
    expect(sent()[0]?.json).toEqual({ message: 'When?', sender_buttons: buyer, receiver_buttons: seller })
  })

  test('goes out as whom the app asks for, and else as the seller', async () => {
    const { app, event, allow, sent } = appHarness()
    const ofBuyer = await allow([scope.sendMessage(CONVERSATION)], { side: 'buyer' })
    const ofSeller = await allow([scope.sendMessage(CONVERSATION)], { side: 'seller' })
    app.on('message', async (ctx) => {
      await ctx.say('1')
      await ctx.say('2', { as: 'buyer', buyer })
    })
    await event(postMessage())
    expect(sent().map(({ headers, json }) => [headers.get('authorization'), json])).toEqual([
      [`Bearer ${ofSeller.accessToken}`, { message: '1' }],
      [`Bearer ${ofBuyer.accessToken}`, { message: '2', sender_buttons: buyer }],
    ])
  })

  test('under a consent for all posts, of the user whose subscription told of it', async () => {
    const { app, event, allow, sent } = appHarness()
    const mine = await allow([scope.sendInAllConversations], { userId: 'u1' })
    await allow([scope.sendInAllConversations], { userId: 'u2' })
    const anonymous = await allow([scope.sendInAllConversations])
    app.on('message', (ctx) => ctx.say('Hello', { buyer }))
    await event(postMessage({}, { charsu_user_id: 'u1' }))
    await event(postMessage({}, { charsu_grant_id: anonymous.id }))
    expect(sent().map(({ headers }) => headers.get('authorization'))).toEqual([
      `Bearer ${mine.accessToken}`,
      `Bearer ${anonymous.accessToken}`,
    ])
  })

  test('under the next consent, when one was taken back', async () => {
    const alive = new Set<string>()
    const { app, event, allow, sent } = appHarness({}, ({ headers }) =>
      alive.has(headers.get('authorization') ?? '') ? undefined : refusal(401, 'TOKEN_REVOKED'),
    )
    const good = await allow([scope.sendInPostConversations('flat')])
    alive.add(`Bearer ${good.accessToken}`)
    await allow([scope.sendInPostConversations('flat')])
    app.on('message', (ctx) => ctx.say('Hello'))
    expect((await event(postMessage())).status).toBe(200)
    expect(sent().at(-1)?.headers.get('authorization')).toBe(`Bearer ${good.accessToken}`)
  })

  test('that nobody allowed names the scope to ask for, and how', async () => {
    const { app, event, allow, reported, sent } = appHarness()
    await allow([scope.sendInPostConversations('other'), scope.sendInAllConversations], { userId: 'u9' })
    app.on('message', (ctx) => ctx.say('Hello'))
    expect((await event(postMessage())).status).toBe(500)
    const cause = (reported[0] as HandlerError).cause as MissingGrantError
    expect(cause).toBeInstanceOf(MissingGrantError)
    expect(cause.scopes).toEqual([
      'CHAT_POST_CONVERSATIONS_MESSAGE_SEND.flat',
      `CONVERSATION_SEND_MESSAGE.${CONVERSATION}`,
      'CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND',
    ])
    expect(cause.message).toContain("ctx.connectUrl({ scopes: [scope.sendInPostConversations('flat')")
    expect(sent()).toEqual([])
  })

  test('whose side nobody knows is not guessed, where buttons depend on it', async () => {
    const { app, event, allow, reported, sent } = appHarness()
    await allow([scope.sendMessage(CONVERSATION)])
    app.on('message', async (ctx) => {
      await ctx.say('Without buttons')
      await ctx.say('With', { seller })
    })
    await event(postMessage())
    expect(sent()).toHaveLength(1)
    expect(reported[0]?.message).toContain("side: 'seller'")
  })
})

describe('what an event sends', () => {
  test('has the same keys when it is delivered again, and other ones than every other event', async () => {
    let failing = true
    const { app, event, allow, sent } = appHarness()
    await allow([scope.sendInPostConversations('flat')])
    app.on('message', async (ctx) => {
      await ctx.say('one')
      await ctx.say('two')
      if (failing) throw new Error('later')
    })
    const message = postMessage()
    expect((await event(message, { webhookId: 'd1' })).status).toBe(500)
    failing = false
    expect((await event(message, { webhookId: 'd1' })).status).toBe(200)
    await event(postMessage(), { webhookId: 'd2' })
    const keys = sent().map(({ headers }) => headers.get('idempotency-key'))
    expect(keys.slice(0, 2)).toEqual(keys.slice(2, 4))
    expect(new Set(keys).size).toBe(4)
  })

  test('in other words than the first time, counts as sent', async () => {
    const { app, event } = appHarness({}, () => refusal(409, 'IDEMPOTENCY_KEY_REUSED'))
    app.on('chatbot', (ctx) => ctx.say(`It is ${Math.random()}`))
    expect((await event(chatbotMessage('hi'))).status).toBe(200)
  })

  test('is refused for another reason: the handler fails', async () => {
    const { app, event, reported } = appHarness({}, () => refusal(409, 'ALREADY_THERE'))
    app.on('chatbot', (ctx) => ctx.say('Hello'))
    expect((await event(chatbotMessage('hi'))).status).toBe(500)
    expect(reported).toHaveLength(1)
  })
})

describe('after a click', () => {
  const press = (over: object) =>
    dynamicActionRequest({
      touchpoint: 'CHAT',
      userId: 'u1',
      data: {},
      conversationId: CONVERSATION,
      ...over,
    })

  test('in a conversation about a post, the side that clicked is known', async () => {
    const { app, action, allow, sent } = appHarness()
    await allow([scope.sendMessage(CONVERSATION)], { userId: 'u1' })
    app.on('action', async (ctx) => {
      if (ctx.place === 'post') await ctx.say('Picked', { buyer })
    })
    await action(press({ userSide: 'DEMAND', postToken: 'flat' }))
    expect(sent()[0]?.json).toEqual({ message: 'Picked', sender_buttons: buyer })
  })

  test('in the chatbot, and on a notice, where nothing can be said', async () => {
    const { app, action, sent } = appHarness()
    const seen: string[] = []
    app.on('action', async (ctx) => {
      seen.push(ctx.place)
      if (ctx.place === 'chatbot') await ctx.say('Your turn', { buttons: buyer })
    })
    await action(press({}))
    await action(press({ conversationId: undefined, touchpoint: 'MY_POST', postToken: 'flat' }))
    expect(seen).toEqual(['chatbot', 'notice'])
    expect(sent().map(({ json }) => json)).toEqual([{ text_message: 'Your turn', buttons: buyer }])
  })
})

test('app.say speaks when nothing came from there, once for one key', async () => {
  const { app, allow, sent } = appHarness()
  await allow([scope.sendInPostConversations('flat')])
  const where = { conversationId: CONVERSATION, postToken: 'flat' }
  await app.say(where, 'The parcel is on its way', { buyer, idempotencyKey: 'parcel-7' })
  expect(sent()[0]?.headers.get('idempotency-key')).toBe('parcel-7')
  expect(sent()[0]?.json).toEqual({ message: 'The parcel is on its way', receiver_buttons: buyer })
})

test('what is granted: about a thing whoever allowed it, about a user only theirs', async () => {
  const { app, allow } = appHarness()
  await allow([scope.sendInPostConversations('flat'), scope.sendEvent], { userId: 'u1' })
  expect(await app.granted(scope.sendInPostConversations('flat'))).toBe(true)
  expect(await app.granted(scope.sendInPostConversations('other'))).toBe(false)
  expect(await app.granted(scope.sendEvent, 'u1')).toBe(true)
  expect(await app.granted(scope.sendEvent, 'u2')).toBe(false)
  expect(await app.granted(scope.sendEvent)).toBe(false)
  expect(await app.clientWith(scope.sendEvent, 'u1')).toBeDefined()
  await expect(app.granted('SEND_EVENTS')).rejects.toThrow('Did you mean "SEND_EVENT"?')
})
