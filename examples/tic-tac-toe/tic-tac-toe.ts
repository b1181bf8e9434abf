import { App, type AppSettings, action, type ButtonGrid, fillGrid, grid } from '@charsu/sdk'
import * as Type from 'typebox'
import { type Board, EMPTY } from './board.ts'
import { NewestBoards } from './newest-boards.ts'
import { type Language, TEXTS, WELCOME } from './texts.ts'
import { takeTurn } from './turn.ts'

const language = Type.Enum(['fa', 'en'])
const begin = action('begin', Type.Object({ language }))

/** Each button carries the whole game, so the bot needs no database. */
const move = action(
  'move',
  Type.Object({
    language,
    game: Type.String(),
    board: Type.String({ pattern: '^[.xo]{9}$' }),
    cell: Type.Integer({ minimum: 0, maximum: 8 }),
  }),
)

const SIGNS: Record<string, string> = { x: '❌', o: '⭕', '.': '➖' }

export function createTicTacToe(settings: AppSettings): App {
  const app = new App(settings)
  const newest = new NewestBoards()

  app.on('chatbot', (ctx) => ctx.say(WELCOME, { buttons: languageButtons() }))

  app.action(begin, async (ctx) => {
    if (ctx.place !== 'chatbot') return
    const { language } = ctx.data
    const position = { game: crypto.randomUUID(), board: EMPTY }
    newest.set(ctx.conversationId, position)
    await ctx.say(TEXTS[language].yourTurn, { buttons: boardButtons({ language, ...position }) })
  })

  app.action(move, async (ctx) => {
    if (ctx.place !== 'chatbot') return
    const { language, game, board, cell } = ctx.data
    const texts = TEXTS[language]
    if (newest.isOld(ctx.conversationId, { game, board })) return ctx.toast(texts.old)
    const turn = takeTurn(board, cell)
    if (turn.kind === 'taken') return ctx.toast(texts.taken)

    // Before anything is awaited: a second tap may come meanwhile.
    newest.set(ctx.conversationId, { game, board: turn.board })
    try {
      if (turn.kind === 'goes on') {
        const buttons = boardButtons({ language, game, board: turn.board })
        await ctx.say(texts.yourTurn, { buttons })
      } else {
        const text = `${texts.outcomes[turn.outcome]}\n${drawn(turn.board)}`
        await ctx.say(text, { buttons: grid([[begin.button(texts.again, { language })]]) })
      }
    } catch (error) {
      // The person can tap this board once more.
      newest.set(ctx.conversationId, { game, board })
      throw error
    }
  })

  return app
}

const languageButtons = (): ButtonGrid =>
  grid([
    [begin.button('بازی به فارسی', { language: 'fa' }), begin.button('Play in English', { language: 'en' })],
  ])

/** Nine buttons in three rows: exactly as many as a message may have. */
function boardButtons(at: { language: Language; game: string; board: Board }): ButtonGrid {
  const { digits } = TEXTS[at.language]
  const buttons = [...at.board].map((mark, cell) => {
    const caption = mark === '.' ? digits.charAt(cell) : (SIGNS[mark] ?? mark)
    return move.button(caption, { ...at, cell })
  })
  return fillGrid(buttons, { columns: 3 })
}

const drawn = (board: Board): string =>
  [board.slice(0, 3), board.slice(3, 6), board.slice(6)]
    .map((row) => [...row].map((mark) => SIGNS[mark]).join(' '))
    .join('\n')
