import { type Io, paint } from './io.ts'

const QUIET_MS = 1_000
const TICK_MS = 100
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const CLEAR_LINE = '\r\u001b[2K'

type ProgressIo = Pick<Io, 'err' | 'showsProgress' | 'colour'>

/** Shows that something goes on, once it has taken more than a second, to people at a terminal; gone when it is done. */
export async function withProgress<T>(
  io: ProgressIo,
  what: string | (() => string),
  work: Promise<T>,
): Promise<T> {
  if (!io.showsProgress) return await work
  const started = performance.now()
  let frame = 0
  const timer = setInterval(() => {
    const ms = performance.now() - started
    if (ms < QUIET_MS) return
    const text = typeof what === 'string' ? what : what()
    io.err(
      `${CLEAR_LINE}${paint(io, 'cyan', FRAMES[frame++ % FRAMES.length]!)} ${text} (${Math.round(ms / 1000)} s)`,
    )
  }, TICK_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (frame > 0) io.err(CLEAR_LINE)
  }
}
