/** Nine cells, row by row: `x` is the person, who begins, `o` the bot, and `.` a free cell. */
export type Board = string
export type Mark = 'x' | 'o'

export const EMPTY: Board = '.........'

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const

export const freeCells = (board: Board): number[] =>
  [...board].flatMap((mark, cell) => (mark === '.' ? [cell] : []))

export const countMarks = (board: Board): number => board.length - freeCells(board).length

export const play = (board: Board, cell: number, mark: Mark): Board =>
  board.slice(0, cell) + mark + board.slice(cell + 1)

export const hasWon = (board: Board, mark: Mark): boolean =>
  LINES.some((line) => line.every((cell) => board[cell] === mark))
