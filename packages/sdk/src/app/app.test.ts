import { dynamicActionRequest } from '@charsu/protocol/dynamic-action'
import { postUpdateEvent, userAccessRevocationEvent } from '@charsu/protocol/events'
import type { FinderPost } from '@charsu/protocol/posts'
import { sessionRequestV1, sessionRequestV2 } from '@charsu/protocol/session-initialization'
import * as Type from 'typebox'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { appHarness, CONVERSATION, chatbotMessage, postMessage } from '../../testing/app-harness.ts'
import { link } from '../buttons/button.ts'
import { action, serverLink } from '../buttons/click-target.ts'
import { grid } from '../buttons/grid.ts'
import { scope } from '../oauth/scope.ts'

const post: FinderPost = {
  token: 'flat',
  state: 'PUBLISHED',
  category: 'apartment-sell',
  city: 'tehran',
  district: 'velenjak',
  data: { title: 'Flat' },
  first_published_at: '2026-11-22T00:00:00Z',
}

const click = (data: Record<string, unknown>, over = {}) =>
  dynamicActionRequest({
    touchpoint: 'CHAT',
    userId: 'u1',
    data,
    userSide: 'DEMAND',
    postToken: 'flat',
    conversationId: CONVERSATION,
    ...over,
  })

describe('events reach the handler whose filter they pass', () => {
  test('messages by kind, with what they say', async () => {
    const { app, event } = appHarness()
    const seen: unknown[] = []
    app.on('message:text', (ctx) => seen.push(['text', ctx.text.length, ctx.from, ctx.postToken]))
    app.on('message:image', (ctx) => seen.push(['image', ctx.image.sizeBytes, ctx.image.heightPx]))
    app.on(['message:file', 'message:voice'], (ctx) => seen.push(['file or voice', ctx.message.type]))
    app.on('message:location', (ctx) => seen.push(ctx.location))
    app.on('message:video', (ctx) => seen.push(ctx.video.thumbnailLink))
    app.on('message:contact', (ctx) => seen.push(ctx.contact.phone))
    await event(postMessage({ content: { text: 'hello' }, side: 'SELLER' }))
    const image = { link: 'https://x/1', size_bytes: 5, height_px: 6, width_px: 7 }
    await event(postMessage({ type: 'IMAGE', content: { image_data: image } }))
    await event(
      postMessage({ type: 'VOICE', content: { voice_data: { link: 'https://x/2', size_bytes: 1 } } }),
    )
    await event(postMessage({ type: 'LOCATION', content: { location_data: { latitude: 1, longitude: 2 } } }))
    const video = { link: 'https://x/3', thumbnail_link: 'https://x/4', size_bytes: 9 }
    await event(postMessage({ type: 'VIDEO', content: { video_data: video } }))
    await event(postMessage({ type: 'CONTACT', content: { contact_data: { phone: '0912' } } }))
    expect(seen).toEqual([
      ['text', 5, 'seller', 'flat'],
      ['image', 5, 6],
      ['file or voice', 'VOICE'],
      { latitude: 1, longitude: 2 },
      'https://x/4',
      '0912',
    ])
  })

  test('what apps sent, own messages included, is not what people wrote', async () => {
    const { app, event } = appHarness()
    const seen: string[] = []
    app.on('message', () => seen.push('person'))
    app.on('app_message', (ctx) => seen.push(`${ctx.kind} as ${ctx.from}`))
    await event(postMessage({ byApp: true, side: 'SELLER' }))
    await event(postMessage())
    expect(seen).toEqual(['app_message as seller', 'person'])
  })

  test('changes of posts, with the post where it may be seen', async () => {
    const { app, event } = appHarness()
    const seen: unknown[] = []
    app.on('post:publish', (ctx) => seen.push(ctx.post.city))
    app.on('post', (ctx) => seen.push([ctx.update, ctx.postToken, ctx.post]))
    await event(postUpdateEvent({}, 'PUBLISH', post))
    await event(postUpdateEvent({}, 'ARCHIVE', post))
    expect(seen).toEqual(['tehran', ['ARCHIVE', 'flat', undefined]])
  })

  test('any event, in the order of registration, as long as handlers pass on', async () => {
    const { app, event } = appHarness()
    const seen: string[] = []
    app.use(async (ctx, next) => {
      seen.push(`before ${ctx.kind}`)
      await next()
      seen.push('after')
    })
    app.on('message', async (_, next) => {
      seen.push('first')
      await next()
    })
    app.on('event', (ctx) => seen.push(`event ${ctx.kind}`))
    app.on('message', () => seen.push('never'))
    await event(postMessage())
    await event(chatbotMessage('hi'))
    expect(seen).toEqual([
      'before message',
      'first',
      'event message',
      'after',
      'before chatbot',
      'event chatbot',
      'after',
    ])
  })

  test('a revocation, after what was kept of the user is deleted', async () => {
    const { app, event, allow, grants } = appHarness({}, ({ path }) =>
      path.startsWith('/v1/open-platform/users')
        ? Response.json({ code: 16, message: 'revoked', details: [] }, { status: 401 })
        : undefined,
    )
    const grant = await allow([scope.userId], { userId: 'u1' })
    const other = await allow([scope.userId], { userId: 'u2' })
    const seen: unknown[] = []
    app.on('revocation', async (ctx) => seen.push(ctx.userId, await grants.get(grant.id)))
    const response = await event(userAccessRevocationEvent('u1'))
    expect(response.status).toBe(200)
    expect(seen).toEqual(['u1', undefined])
    expect(await grants.get(other.id)).toBeDefined()
  })
})

describe('what people write', () => {
  test('is heard in posts and by the chatbot', async () => {
    const { app, event } = appHarness()
    const seen: unknown[] = []
    app.hears(/visit (\w+)/gi, (ctx) => seen.push([ctx.kind, ctx.match[1]]))
    app.hears(['سلام', 'hello'], (ctx) => seen.push([ctx.kind, ctx.match[0]]))
    await event(postMessage({ content: { text: 'May I VISIT today?' } }))
    await event(chatbotMessage('visit tomorrow'))
    await event(chatbotMessage(' سلام\n'))
    await event(chatbotMessage('سلام علیکم'))
    await event(postMessage({ content: { text: 'visit x' }, byApp: true }))
    expect(seen).toEqual([
      ['message', 'today'],
      ['chatbot', 'tomorrow'],
      ['chatbot', 'سلام'],
    ])
  })

  test('commands and starts, with what comes along', async () => {
    const { app, event } = appHarness()
    const seen: unknown[] = []
    app.command('help', (ctx) => seen.push(['help', ctx.rest]))
    app.start('MY_POST', (ctx) => seen.push([ctx.place, ctx.postToken]))
    app.start('CHAT', (ctx) => seen.push([ctx.place, ctx.chatConversationId]))
    app.start((ctx) => seen.push(['start', ctx.place, ctx.rest]))
    for (const text of [
      '/HELP  with\nthis ',
      '/helpme',
      '/start MY_POST flat',
      `/start CHAT ${CONVERSATION}`,
      '/start MY_DIVAR',
      '/start',
      '/start MY_POST',
      '/start MY_POST not-a-token!',
    ]) {
      await event(chatbotMessage(text))
    }
    expect(seen).toEqual([
      ['help', 'with\nthis'],
      ['MY_POST', 'flat'],
      ['CHAT', CONVERSATION],
      ['start', 'MY_DIVAR', 'MY_DIVAR'],
      ['start', undefined, ''],
      ['start', undefined, 'MY_POST'],
      ['start', undefined, 'MY_POST not-a-token!'],
    ])
  })
})

describe('the chatbot', () => {
  test('says something with buttons, with the key alone', async () => {
    const { app, event, sent } = appHarness()
    app.start(async (ctx) => {
      await ctx.say('Welcome', { buttons: grid([[link('Site', 'https://example.com/')]]) })
      await ctx.say({ mediaToken: 'm1' })
    })
    expect((await event(chatbotMessage('/start'))).status).toBe(200)
    expect(sent().map(({ path, json }) => [path, json])).toEqual([
      [
        `/v1/open-platform/chat/bot/conversations/${CONVERSATION}/messages`,
        {
          text_message: 'Welcome',
          buttons: {
            rows: [{ buttons: [{ caption: 'Site', action: { open_direct_link: 'https://example.com/' } }] }],
          },
        },
      ],
      [`/v1/open-platform/chat/bot/conversations/${CONVERSATION}/messages`, { media_token: 'm1' }],
    ])
  })
})

describe('clicks', () => {
  const pick = action('pick', Type.Object({ day: Type.String() }))
  const paint = action('paint', v.object({ colour: v.picklist(['red', 'green']) }))
  const plan = serverLink('plan')
  const room = serverLink('room', Type.Object({ number: Type.Integer() }))

  test('reach the handler of what drew the button, and are answered', async () => {
    const { app, action: press } = appHarness()
    app.action(pick, (ctx) => ctx.toast(`${ctx.data.day} for the ${ctx.place === 'post' ? ctx.side : '?'}`))
    app.action(paint, (ctx) => {
      ctx.toast(ctx.data.colour)
      ctx.open('https://example.com/')
    })
    app.action('raw', (ctx) => ctx.run(plan))
    const answer = async (data: Record<string, unknown>) => (await press(click(data))).json()
    expect(await answer({ action: 'pick', data: { day: 'sat' } })).toEqual({
      text_message: 'sat for the buyer',
    })
    expect(await answer({ action: 'paint', data: { colour: 'red' } })).toEqual({
      text_message: 'red',
      action: { open_direct_link: 'https://example.com/' },
    })
    expect(await answer({ action: 'raw' })).toEqual({
      action: { open_server_link: { data: { action: 'plan' } } },
    })
  })

  test('a session of either version opens a page or shows a toast', async () => {
    const { app, session } = appHarness()
    const seen: unknown[] = []
    app.session(room, (ctx) => {
      seen.push([ctx.version, ctx.side, ctx.source, ctx.returnUrl, ctx.conversationId, ctx.userId])
      ctx.open(`https://app.test/rooms/${ctx.data.number}`)
    })
    app.session(plan, (ctx) => ctx.toast('Not now'))
    const facts = {
      source: 'CHAT_MESSAGE_ACTION',
      userId: 'u1',
      data: { action: 'room', data: { number: 7 } },
      returnUrl: 'http://charsu.test/completion',
      userSide: 'SUPPLY',
      postToken: 'flat',
      conversationId: CONVERSATION,
      peerId: 'u2',
      supplierId: 'u1',
      demandId: 'u2',
    } as const
    const v2 = await session(sessionRequestV2(facts), { apiVersion: '2' })
    expect(await v2.json()).toEqual({ url: 'https://app.test/rooms/7' })
    const v1 = await session(sessionRequestV1(facts))
    expect(await v1.json()).toEqual({ url: 'https://app.test/rooms/7' })
    expect(seen).toEqual([
      [2, 'seller', 'CHAT_MESSAGE_ACTION', facts.returnUrl, CONVERSATION, 'u1'],
      [1, 'seller', undefined, facts.returnUrl, CONVERSATION, 'u1'],
    ])
    const toast = await session(sessionRequestV2({ ...facts, data: { action: 'plan' } }), { apiVersion: '2' })
    expect(await toast.json()).toEqual({ text_message: 'Not now' })
  })

  test('a place of the marketplace’s pages, whose session has no data of ours', async () => {
    const { app, session } = appHarness()
    app.on('session', (ctx) => ctx.open(`https://app.test/?from=${ctx.source}`))
    const touchpoint = sessionRequestV2({
      source: 'MY_DIVAR',
      userId: 'u1',
      data: {},
      returnUrl: 'http://c/',
    })
    expect(await (await session(touchpoint, { apiVersion: '2' })).json()).toEqual({
      url: 'https://app.test/?from=MY_DIVAR',
    })
  })
})
