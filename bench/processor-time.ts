import { readdir, readFile } from 'node:fs/promises'

/** Processor time so far, in microseconds. */
export interface ProcessorTime {
  all: number
  /** Of it, the main thread's. */
  main: number
}

const NOTHING: ProcessorTime = { all: 0, main: 0 }
const TICK_US = 10_000

/** By the scheduler's own account; a process that has ended counts as nothing. */
export async function processorTime(pid: number): Promise<ProcessorTime> {
  const threads = await readdir(`/proc/${pid}/task`).catch((): string[] => [])
  const times = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')
      return Number(stat.split(' ')[0]) / 1000
    }),
  )
  return {
    all: times.reduce((sum, time) => sum + time, 0),
    main: times[threads.indexOf(String(pid))] ?? 0,
  }
}

/** The parent of a PostgreSQL session's process. */
export const postmasterOf = async (backend: number): Promise<number> =>
  Number((await fieldsOf(backend))?.[PARENT])

/** A PostgreSQL server with all its living and ended children. */
export async function databaseTime(postmaster: number): Promise<ProcessorTime> {
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => ({ pid: Number(name), parent: Number((await fieldsOf(name))?.[PARENT]) })),
  )
  const own = processes.filter(({ pid, parent }) => pid === postmaster || parent === postmaster)
  const living = await Promise.all(own.map(({ pid }) => processorTime(pid)))
  const ended = (await fieldsOf(postmaster))?.slice(ENDED_CHILDREN, ENDED_CHILDREN + 2) ?? []
  const all = [...living.map((time) => time.all), ...ended.map((ticks) => Number(ticks) * TICK_US)]
  return { ...NOTHING, all: all.reduce((sum, time) => sum + time, 0) }
}

/** Places in /proc/PID/stat, counted after the command's name, which may hold anything. */
const PARENT = 1
const ENDED_CHILDREN = 13

async function fieldsOf(pid: number | string): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : undefined
}
