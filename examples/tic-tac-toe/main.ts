import { appSettings } from '@charsu/sdk'
import { serve } from '@charsu/sdk/node'
import { createTicTacToe } from './tic-tac-toe.ts'

const app = createTicTacToe(appSettings(process.env))
const { url } = await serve(app, { port: Number(process.env.PORT ?? 3000) })
console.log(`tic-tac-toe listens at ${url}`)
