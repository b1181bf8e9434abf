/** One HTTP exchange between two parties of the story. */
export interface WireExchange {
  from: string
  to: string
  method: string
  path: string
  /** The few that matter. */
  headers?: Readonly<Record<string, string>>
  body?: unknown
  status: number
  answer?: unknown
}

/** A message as one person sees it. */
export interface Seen {
  /** Who is shown as its sender: a person, or an app. */
  from: string
  text: string
  /** Captions, row by row. */
  buttons: readonly (readonly string[])[]
}

/** Is told the story while it happens. */
export interface Reporter {
  chapter(title: string): void
  note(text: string): void
  exchange(exchange: WireExchange): void
  screen(owner: string, messages: readonly Seen[]): void
}

export const silentReporter: Reporter = {
  chapter() {},
  note() {},
  exchange() {},
  screen() {},
}
