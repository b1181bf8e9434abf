import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { type Board, countMarks, EMPTY, freeCells, hasWon } from './board.ts'
import { bestCell } from './perfect-player.ts'
import { type Outcome, takeTurn } from './turn.ts'

/** A board that a fair game can come to. */
function isLegal(board: Board): boolean {
  const mine = [...board].filter((mark) => mark === 'x').length
  const theirs = [...board].filter((mark) => mark === 'o').length
  const isFair = mine === theirs || mine === theirs + 1
  return /^[.xo]{9}$/.test(board) && isFair && !(hasWon(board, 'x') && hasWon(board, 'o'))
}

test('whatever is tapped, a board is legal, and each turn only adds to it', () => {
  assert(
    property(array(integer({ min: 0, max: 8 }), { maxLength: 30 }), (taps) => {
      let board = EMPTY
      for (const cell of taps) {
        const turn = takeTurn(board, cell)
        if (turn.kind === 'taken') {
          expect(board[cell]).not.toBe('.')
          continue
        }
        expect(isLegal(turn.board)).toBe(true)
        expect(turn.board[cell]).toBe('x')
        expect([...board].every((mark, i) => mark === '.' || mark === turn.board[i])).toBe(true)
        if (turn.kind === 'over') return
        expect(countMarks(turn.board)).toBe(countMarks(board) + 2)
        board = turn.board
      }
    }),
    { numRuns: 30 },
  )
})

test('in all games that a person can play, the bot never loses', () => {
  const outcomes = new Set<Outcome>()
  const playOn = (board: Board): void => {
    for (const cell of freeCells(board)) {
      const turn = takeTurn(board, cell)
      if (turn.kind === 'over') outcomes.add(turn.outcome)
      if (turn.kind === 'goes on') playOn(turn.board)
    }
  }
  playOn(EMPTY)
  expect([...outcomes].toSorted()).toEqual(['draw', 'lost'])
})

test('the bot wins as soon as it can, and blocks otherwise', () => {
  expect(bestCell('oo.xx...x')).toBe(2)
  expect(bestCell('xx..o....')).toBe(2)
})
