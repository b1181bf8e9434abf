import * as Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { App } from '../app/app.ts'
import { action, serverLink } from '../buttons/click-target.ts'
import { grid } from '../buttons/grid.ts'
import { scope } from '../oauth/scope.ts'
import { testBed } from './testing.ts'

const POST = 'flat'

/** An app that plans visits: it asks the seller for consent, and the buyer for a day. */
function visits(handled: string[] = []) {
  return (settings: ConstructorParameters<typeof App>[0]) => {
    const app = new App(settings)
    const pick = action('pick', Type.Object({ day: Type.String() }))
    const plan = serverLink('plan')
    app.hears(/visit/i, async (ctx) => {
      if (ctx.kind !== 'message') return
      handled.push(ctx.text)
      await ctx.say('Which day?', {
        seller: grid([[plan.button('The plan')]]),
        buyer: grid([[pick.button('Saturday', { day: 'sat' }), pick.button('Sunday', { day: 'sun' })]]),
      })
    })
    app.action(pick, (ctx) => ctx.toast(`See you on ${ctx.data.day}`))
    app.session(plan, (ctx) => ctx.open(`${settings.publicUrl}/plan/${ctx.postToken}`))
    app.start('MY_POST', async (ctx) => {
      const scopes = [
        scope.readPostConversations(ctx.postToken),
        scope.sendInPostConversations(ctx.postToken),
        scope.userId,
        scope.revocationNotices,
        scope.offline,
      ]
      await ctx.say('Connect', {
        buttons: grid([
          [
            {
              caption: 'Connect',
              action: { open_direct_link: await ctx.connectUrl({ scopes, side: 'seller' }) },
            },
          ],
        ]),
      })
    })
    app.connected((ctx) => {
      handled.push(`connected ${ctx.grant.side}`)
    })
    return app
  }
}

describe('an app of the framework in the bed', () => {
  test('is connected by its own page, says, hears clicks, opens pages, and forgets whoever revokes', async () => {
    const handled: string[] = []
    const bed = testBed(visits(handled))
    const { seller, buyer } = await bed.conversation({ postToken: POST })

    await seller.startsFrom('MY_POST', POST)
    await seller.taps('Connect')
    const page = await seller.connects(seller.opened[0]!)
    expect(page).toMatchObject({ status: 200, asks: expect.arrayContaining([scope.userId]) })

    await buyer.says('When can I visit it?')
    await buyer.taps('Sunday')
    expect(buyer.toasts).toEqual(['See you on sun'])
    seller.opens((await bed.conversation({ postToken: POST, buyer })).id)
    await seller.taps('The plan')
    expect(seller.opened.at(-1)).toBe('https://app.test/plan/flat')

    await bed.redeliver(bed.events.find(({ type }) => type === 'NEW_MESSAGE'))
    expect(handled).toEqual(['connected seller', 'When can I visit it?'])

    await seller.revokes()
    expect(await bed.settings.grants.ofUser(seller.id)).toEqual([])
    expect(bed.reported).toEqual([])
  })

  test('refreshes a token that has ended, by the time of the bed', async () => {
    let app: App | undefined
    const bed = testBed((settings) => {
      app = visits()(settings)
      return app
    })
    const { id, seller, buyer } = await bed.conversation({ postToken: POST })
    const scopes = [scope.sendInAllConversations, scope.userId, scope.offline]
    await bed.allow(seller, scopes)
    await bed.time.advance('61m')
    await app?.say({ conversationId: id, postToken: POST, sellerId: seller.id }, 'Your parcel is on its way')
    expect(buyer.sees.at(-1)).toMatchObject({ text: 'Your parcel is on its way', app: 'My app' })
    expect(bed.calls.map(({ operation, status }) => [operation, status])).toEqual([
      ['token', 200],
      ['ChatAPI_ConversationSendMessage', 200],
    ])
  })

  test('late and reversed events are handled all the same', async () => {
    const handled: string[] = []
    const bed = testBed(visits(handled))
    const { seller, buyer } = await bed.conversation({ postToken: POST })
    await bed.allow(seller, [scope.readPostConversations(POST), scope.sendInPostConversations(POST)])
    bed.hold()
    await buyer.says('A visit on Monday?')
    await buyer.says('Or a visit on Tuesday?')
    await bed.release('reversed')
    expect(handled).toEqual(['Or a visit on Tuesday?', 'A visit on Monday?'])
  })

  test('a missing consent fails the step with what to do', async () => {
    const bed = testBed(visits())
    const { seller, buyer } = await bed.conversation({ postToken: POST })
    await bed.allow(seller, [scope.readPostConversations(POST)])
    await expect(buyer.says('A visit?')).rejects.toThrow(
      /CHAT_POST_CONVERSATIONS_MESSAGE_SEND\.flat|sendInPostConversations/,
    )
  })
})
