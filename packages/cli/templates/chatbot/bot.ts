import { App, type AppSettings, action, type ButtonGrid, grid } from '@charsu/sdk'
import * as Type from 'typebox'

/** Draws the button and handles its click, so both agree on what the button carries. */
const count = action('count', Type.Object({ clicks: Type.Integer() }))

const buttons = (clicks: number): ButtonGrid =>
  grid([[count.button(clicks === 0 ? 'Click me' : 'Click me again', { clicks })]])

export function createBot(settings: AppSettings): App {
  const app = new App(settings)

  app.on('chatbot:text', (ctx) => ctx.say(`You said: ${ctx.text}`, { buttons: buttons(0) }))

  app.action(count, async (ctx) => {
    const clicks = ctx.data.clicks + 1
    ctx.toast(`That was click number ${clicks}.`)
    if (ctx.place === 'chatbot') await ctx.say(`Clicks so far: ${clicks}`, { buttons: buttons(clicks) })
  })

  return app
}
