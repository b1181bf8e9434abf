import { App, type AppSettings, action, appSettings, grid } from '@charsu/sdk'
import { charsuExpress } from '@charsu/sdk/express'
import express, { type Express } from 'express'

const wave = action('wave')

export function createServer(settings: AppSettings): Express {
  const charsu = new App(settings)
  charsu.on('chatbot:text', (ctx) =>
    ctx.say(`You said: ${ctx.text}`, { buttons: grid([[wave.button('Wave')]]) }),
  )
  charsu.action(wave, (ctx) => ctx.toast('Hello to you, too!'))

  const server = express()
  // Above express.json(): the app checks signatures over bodies as they came.
  server.use(charsuExpress(charsu))
  server.use(express.json())
  server.get('/', (_request, response) => {
    response.send('A chatbot lives here.')
  })
  server.post('/echo', (request, response) => {
    response.json(request.body)
  })
  return server
}

if (import.meta.main) {
  const port = Number(process.env.PORT ?? 3000)
  createServer(appSettings(process.env)).listen(port, () => {
    console.log(`express-minimal listens at http://localhost:${port}`)
  })
}
