/** The story did not go as it must. */
export class StoryError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StoryError'
  }
}

/** @throws StoryError when `found` is not what the story needs. */
export function expectThat(what: string, found: boolean, instead?: unknown): asserts found {
  if (found) return
  const seen = instead === undefined ? '' : `, but found ${JSON.stringify(instead)}`
  throw new StoryError(`expected that ${what}${seen}`)
}

/** @throws StoryError when the two differ as JSON. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new StoryError(
    `expected ${what} to be ${JSON.stringify(expected)}, but found ${JSON.stringify(found)}`,
  )
}
