import { type Board, countMarks, freeCells, hasWon, type Mark, play } from './board.ts'

/** The cell that the bot takes on a board where it is its turn: it never loses, and wins as soon as it can. */
export function bestCell(board: Board): number {
  const choices = worthTrying(board, 'o').map((cell) => ({
    cell,
    score: -scoreFor('x', play(board, cell, 'o')),
  }))
  const [first, ...others] = choices
  if (first === undefined) throw new Error(`the board ${board} is full: nobody can move`)
  return others.reduce((best, choice) => (choice.score > best.score ? choice : best), first).cell
}

/** What a board is worth for the one who moves next, when both play as well as they can. */
function scoreFor(next: Mark, board: Board): number {
  // Losing late is better than losing early.
  if (hasWon(board, otherThan(next))) return countMarks(board) - 10
  const cells = worthTrying(board, next)
  if (cells.length === 0) return 0
  return Math.max(...cells.map((cell) => -scoreFor(otherThan(next), play(board, cell, next))))
}

/** All free cells, unless one of them wins, or keeps the other from winning: then that alone. */
function worthTrying(board: Board, next: Mark): number[] {
  const free = freeCells(board)
  const winning = (mark: Mark): number | undefined =>
    free.find((cell) => hasWon(play(board, cell, mark), mark))
  const must = winning(next) ?? winning(otherThan(next))
  return must === undefined ? free : [must]
}

const otherThan = (mark: Mark): Mark => (mark === 'x' ? 'o' : 'x')
