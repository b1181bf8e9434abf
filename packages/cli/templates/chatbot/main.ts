import { appSettings } from '@charsu/sdk'
import { serve } from '@charsu/sdk/node'
import { createBot } from './bot.ts'

const { url } = await serve(createBot(appSettings(process.env)), { port: Number(process.env.PORT ?? 3000) })
console.log(`my-bot listens at ${url}`)
