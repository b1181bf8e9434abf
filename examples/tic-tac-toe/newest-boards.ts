import { type Board, countMarks } from './board.ts'

/** A board of one game. */
export interface Position {
  game: string
  board: Board
}

/**
 * The newest board of each chat, to tell taps on older ones. A restart forgets it, which does no harm: the first tap
 * afterwards counts, whichever board it is on.
 */
export class NewestBoards {
  readonly #positions = new Map<string, Position>()

  isOld(chat: string, { game, board }: Position): boolean {
    const newest = this.#positions.get(chat)
    if (newest === undefined) return false
    return newest.game !== game || countMarks(board) < countMarks(newest.board)
  }

  set(chat: string, position: Position): void {
    this.#positions.set(chat, position)
  }
}
