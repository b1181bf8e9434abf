/**
 * What the test bed throws, and all that it throws: a step that cannot be taken, such as a tap on a button that nobody
 * sees. The message says what was wrong, what there is, and what to write instead.
 */
export class BedError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'BedError'
  }
}

/** Why an answer of the app could not be used, as its developer reads it in the console. */
export interface AppTrouble {
  /** What the app was asked: `event`, or what a click does, such as `open_server_link`. */
  asked: string
  /** Machine-readable, such as `NOT_2XX` or `TIMED_OUT` (wire contract §3 and §5). */
  reason: string
  /** Cause and fix. */
  detail: string
  /** The body of the answer, where there was one. */
  answer?: string | undefined
  /** What the app threw, or reported through `settings.report`. */
  error?: unknown
}

/**
 * A step was taken, and the app answered it badly: a status other than 2xx, no JSON, too late, or not at all. All that
 * follows in real life has happened; the step fails so that the test does not go on without the answer.
 */
export class AppAnswerError extends BedError {
  /** All that went wrong in this step, the first first. */
  readonly troubles: readonly AppTrouble[]

  constructor(step: string, troubles: readonly AppTrouble[]) {
    super(`${step}: ${troubles.map(sentence).join('\n')}`, {
      cause: troubles.find((each) => each.error)?.error,
    })
    this.name = 'AppAnswerError'
    this.troubles = troubles
  }
}

const MOST_OF_AN_ANSWER = 300

function sentence({ asked, reason, detail, answer = '', error }: AppTrouble): string {
  const said = answer.length > MOST_OF_AN_ANSWER ? `${answer.slice(0, MOST_OF_AN_ANSWER)}…` : answer
  return [
    `the app answered badly to ${asked} (${reason}): ${detail}`,
    ...(said.trim() === '' ? [] : [`  it answered: ${said}`]),
    ...(error === undefined ? [] : [`  it threw: ${error instanceof Error ? error.message : String(error)}`]),
  ].join('\n')
}
