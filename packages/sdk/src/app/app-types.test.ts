import * as Type from 'typebox'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { appHarness } from '../../testing/app-harness.ts'
import { link } from '../buttons/button.ts'
import { action, serverLink } from '../buttons/click-target.ts'
import { fillGrid, grid } from '../buttons/grid.ts'
import type { AnyContext } from './contexts/any-context.ts'

/** What is registered here never runs: it has to compile, or not to. */
const { app } = appHarness()
const buttons = fillGrid([link('x', 'https://example.com/')])

describe('filters', () => {
  test('narrow what a message says', () => {
    app.on('message:text', (ctx) => {
      expectTypeOf(ctx.text).toEqualTypeOf<string>()
      expectTypeOf(ctx.kind).toEqualTypeOf<'message'>()
      expectTypeOf(ctx.postToken).toEqualTypeOf<string>()
      expectTypeOf(ctx.from).toEqualTypeOf<'seller' | 'buyer'>()
    })
    app.on('message', (ctx) => expectTypeOf(ctx.text).toEqualTypeOf<string | undefined>())
    app.on('chatbot:contact', (ctx) => expectTypeOf(ctx.contact.phone).toEqualTypeOf<string>())
    app.on(['message:image', 'chatbot:image'], (ctx) => {
      expectTypeOf(ctx.image.widthPx).toEqualTypeOf<number>()
      expectTypeOf(ctx.kind).toEqualTypeOf<'message' | 'chatbot'>()
    })
    app.on('post:publish', (ctx) => expectTypeOf(ctx.post.city).toEqualTypeOf<string>())
    app.on('post', (ctx) => {
      // @ts-expect-error after RETIRE and ARCHIVE there is no post
      ctx.post.city
    })
  })

  test('that are misspelt neither compile nor run, and the nearest is named', () => {
    // @ts-expect-error
    expect(() => app.on('mesage:text', () => {})).toThrow('Did you mean "message:text"?')
    // @ts-expect-error
    expect(() => app.on('message:txt', () => {})).toThrow('Did you mean "message:text"?')
    // @ts-expect-error
    expect(() => app.on(['message', 'chatbott'], () => {})).toThrow('Did you mean "chatbot"?')
    // @ts-expect-error
    expect(() => app.start('MY_POSTS', () => {})).toThrow('Did you mean "MY_POST"?')
    expect(() => app.on('message')).toThrow('needs a handler')
    expect(() => app.command('/help', () => {})).toThrow('write app.command("help", …)')
    // @ts-expect-error
    expect(() => app.hears(7, () => {})).toThrow('something to listen for')
  })
})

describe('contexts offer what makes sense there', () => {
  test('a toast only where a click is answered', () => {
    app.on('message', (ctx) => {
      // @ts-expect-error nobody waits for an answer to a message
      ctx.toast('x')
      // @ts-expect-error
      ctx.open('https://example.com/')
    })
    app.on('chatbot', (ctx) => {
      // @ts-expect-error
      ctx.toast('x')
    })
    app.on('revocation', (ctx) => {
      // @ts-expect-error there is nobody to say anything to
      ctx.say('x')
    })
    app.on('session', (ctx) => {
      ctx.toast('x')
      // @ts-expect-error a session opens a page, and runs no other action
      ctx.run(serverLink('x'))
    })
  })

  test('two faces in conversations about posts, one in the chatbot', () => {
    app.on('message', async (ctx) => {
      await ctx.say('x', { seller: buttons, buyer: buttons, as: 'buyer' })
      // @ts-expect-error there are two sides
      await ctx.say('x', { buttons })
    })
    app.on('chatbot', async (ctx) => {
      await ctx.say('x', { buttons })
      // @ts-expect-error there are no sides
      await ctx.say('x', { seller: buttons })
    })
    app.hears('x', async (ctx) => {
      await ctx.say('in both')
      // @ts-expect-error which faces there are is known only by kind
      await ctx.say('x', { buttons })
      // @ts-expect-error
      await ctx.say('x', { buyer: buttons })
      if (ctx.kind === 'message') await ctx.say(ctx.postToken, { buyer: buttons })
      else await ctx.say(ctx.text, { buttons })
      expectTypeOf(ctx.match).toEqualTypeOf<RegExpMatchArray>()
    })
  })

  test('a click tells by its place what can be said', () => {
    app.on('action', async (ctx) => {
      // @ts-expect-error on a notice nothing can be said
      await ctx.say('x')
      if (ctx.place === 'chatbot') await ctx.say('x', { buttons })
      if (ctx.place === 'post') await ctx.say(ctx.postToken, { seller: buttons })
    })
  })

  test('middleware tells them apart by kind', () => {
    app.use((ctx, next) => {
      expectTypeOf(ctx).toEqualTypeOf<AnyContext>()
      expectTypeOf(ctx.kind).toEqualTypeOf<
        'message' | 'app_message' | 'chatbot' | 'post' | 'revocation' | 'unknown' | 'action' | 'session'
      >()
      return next()
    })
  })

  test('a start knows what it is about by its place', () => {
    app.start('MY_POST', (ctx) => expectTypeOf(ctx.postToken).toEqualTypeOf<string>())
    app.start('CHAT', (ctx) => expectTypeOf(ctx.chatConversationId).toEqualTypeOf<string>())
    app.start('MY_DIVAR', (ctx) => {
      // @ts-expect-error it is about no post
      ctx.postToken
    })
    app.start((ctx) => {
      if (ctx.place === 'DEMAND_POST') expectTypeOf(ctx.postToken).toEqualTypeOf<string>()
      expectTypeOf(ctx.rest).toEqualTypeOf<string>()
    })
  })
})

describe('payloads', () => {
  test('are typed by TypeBox', () => {
    const pick = action('pick', Type.Object({ day: Type.String(), count: Type.Optional(Type.Integer()) }))
    app.action(pick, (ctx) => expectTypeOf(ctx.data).toEqualTypeOf<{ day: string; count?: number }>())
    // @ts-expect-error day is missing
    expect(() => pick.button('x', {})).toThrow('day is required')
    const room = serverLink('room', Type.Object({ number: Type.Integer() }))
    app.session(room, (ctx) => expectTypeOf(ctx.data.number).toEqualTypeOf<number>())
  })

  test('are typed by Valibot', () => {
    const paint = action('paint', v.object({ colour: v.picklist(['red', 'green']) }))
    app.action(paint, (ctx) => expectTypeOf(ctx.data).toEqualTypeOf<{ colour: 'red' | 'green' }>())
  })

  test('of actions and server links do not mix', () => {
    const pick = action('pick')
    const plan = serverLink('plan')
    app.action(pick, (ctx) => expectTypeOf(ctx.data).toEqualTypeOf<undefined>())
    app.action('raw', (ctx) => expectTypeOf(ctx.data).toEqualTypeOf<Record<string, unknown>>())
    // @ts-expect-error a server link
    expect(() => app.action(plan, () => {})).toThrow('write app.session(…)')
    // @ts-expect-error an action
    expect(() => app.session(pick, () => {})).toThrow('write app.action(…)')
  })
})

test('grids that are too wide do not compile', () => {
  const b = link('x', 'https://example.com/')
  expect(grid([[b, b, b], [b]]).rows).toHaveLength(2)
  // @ts-expect-error four in a row
  expect(() => grid([[b, b, b, b]])).toThrow('row 1')
})

test('what can be said once is refused the second time', () => {
  const { app: other } = appHarness()
  other
    .catch(() => {})
    .connected(() => {})
    .denied(() => {})
  expect(() => other.catch(() => {})).toThrow('decide by error.kind')
  // @ts-expect-error nothing that could be told
  expect(() => other.catch()).toThrow('write app.catch((error) => { … })')
  expect(() => other.connected(() => {})).toThrow('do everything in one handler')
  expect(() => other.denied(() => {})).toThrow('do everything in one handler')
})
