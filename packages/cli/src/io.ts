import { styleText } from 'node:util'

/** All that a command may touch of the process it runs in; made by main.ts, and by tests in another way. */
export interface Io {
  /** Writes to the standard output as it is; what scripts read. */
  out(text: string): void
  /** Writes to the standard error: complaints, progress, what is meant for people alone. */
  err(text: string): void
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Whether somebody reads the standard output on a terminal; nothing is asked and nothing moves otherwise. */
  isTerminal: boolean
  /** The same of the standard error, where progress is shown. */
  showsProgress: boolean
  /** Whether colours are wanted. */
  colour: boolean
  /** Letters in a line of the terminal; 80 where there is none. */
  columns: number
  /** Fires when the user or the system ends the command (Ctrl+C, SIGTERM, SIGHUP); its reason is the signal's name. */
  signal: AbortSignal
  /** Node.js itself, for what is started as a process of its own. */
  node: string
  /** Of this process. */
  pid: number
  /** Of the user that it runs as; undefined where there are none. */
  uid: number | undefined
  fetch: typeof fetch
}

export type Style = Parameters<typeof styleText>[0]

/** `text` in colour where colours are wanted, else as it is. */
export const paint = (io: Pick<Io, 'colour'>, style: Style, text: string): string =>
  io.colour ? styleText(style, text, { validateStream: false }) : text
