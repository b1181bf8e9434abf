import { type Board, freeCells, hasWon, play } from './board.ts'
import { bestCell } from './perfect-player.ts'

export type Outcome = 'won' | 'lost' | 'draw'

/** What a tap of the person comes to, the bot's answer included. */
export type Turn =
  | { kind: 'taken' }
  | { kind: 'goes on'; board: Board }
  | { kind: 'over'; board: Board; outcome: Outcome }

export function takeTurn(board: Board, cell: number): Turn {
  if (board[cell] !== '.') return { kind: 'taken' }
  const mine = play(board, cell, 'x')
  if (hasWon(mine, 'x')) return { kind: 'over', board: mine, outcome: 'won' }
  if (freeCells(mine).length === 0) return { kind: 'over', board: mine, outcome: 'draw' }
  const theirs = play(mine, bestCell(mine), 'o')
  if (hasWon(theirs, 'o')) return { kind: 'over', board: theirs, outcome: 'lost' }
  return { kind: 'goes on', board: theirs }
}
