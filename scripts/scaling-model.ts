/** What one message or one delivery costs: microseconds of processors, bytes of the write-ahead log and of disk. */
export interface Cost {
  server: number
  /** Of the server's, that of its one main thread. */
  main: number
  database: number
  wal: number
  disk: number
}

/** The figures of `npm run bench -- footprint`. */
export interface Footprint {
  message: Cost
  /** The only one of its message; each of many costs `fanned`. */
  delivery: Cost
  fanned: Cost
  /** Microseconds a second of a process without any load, and of the database for it. */
  idle: { server: number; database: number }
}

export interface Load {
  messagesPerSecond: number
  deliveriesPerMessage: number
}

/**
 * What is not measured here but assumed. A share of a core beyond which waiting times grow is a rule of thumb; the
 * limits of one PostgreSQL differ by machine, and whoever runs one should put in what theirs takes.
 */
export const ASSUMED = {
  /** How much of a core may be used before latencies grow. */
  usableShare: 0.6,
  /** Cores of one PostgreSQL that do useful work for this kind of load. */
  clusterCores: 32,
  /** Bytes a second that one PostgreSQL writes into its log, flushed and sent to a standby. */
  clusterWal: 200e6,
  /** Cores of a machine that runs Charsu. */
  machineCores: 8,
  /** Days that delivered deliveries are kept (CHARSU_RETAIN_DELIVERED). */
  historyDays: 7,
  /** What the full-page images after each checkpoint add to the log, where conversations are many. */
  fullPages: 2,
} as const

/** What a load needs. Cores are whole ones, used up to the share assumed. */
export interface Needs {
  processes: number
  serverCores: number
  machines: number
  databaseCores: number
  walPerSecond: number
  /** Bytes a day that stay for good. */
  messagesPerDay: number
  /** Bytes of deliveries that are kept at any time. */
  history: number
  cells: number
  saturatesFirst: 'nothing' | 'a process' | 'the cores of PostgreSQL' | 'the log of PostgreSQL'
}

const SECOND = 1e6
const DAY = 86_400

function costOf({ message, delivery, fanned }: Footprint, deliveries: number): Cost {
  const each = deliveries <= 1 ? delivery : fanned
  const sum = (of: keyof Cost): number => message[of] + deliveries * each[of]
  return {
    server: sum('server'),
    main: sum('main'),
    database: sum('database'),
    wal: sum('wal'),
    disk: sum('disk'),
  }
}

export function needsOf(
  footprint: Footprint,
  { messagesPerSecond: rate, deliveriesPerMessage }: Load,
): Needs {
  const cost = costOf(footprint, deliveriesPerMessage)
  const usable = SECOND * ASSUMED.usableShare
  const processes = Math.max(1, Math.ceil((rate * cost.main) / usable))
  const serverCores = (rate * cost.server + processes * footprint.idle.server) / usable
  const databaseCores = (rate * cost.database + processes * footprint.idle.database) / usable
  const walPerSecond = rate * cost.wal * ASSUMED.fullPages
  const byCores = databaseCores / ASSUMED.clusterCores
  const byLog = walPerSecond / ASSUMED.clusterWal
  const cells = Math.max(1, Math.ceil(byCores), Math.ceil(byLog))
  return {
    processes,
    serverCores,
    machines: Math.max(1, Math.ceil(serverCores / ASSUMED.machineCores)),
    databaseCores,
    walPerSecond,
    messagesPerDay: rate * footprint.message.disk * DAY,
    history: rate * (cost.disk - footprint.message.disk) * DAY * ASSUMED.historyDays,
    cells,
    saturatesFirst:
      cells > 1
        ? byLog > byCores
          ? 'the log of PostgreSQL'
          : 'the cores of PostgreSQL'
        : processes > 1
          ? 'a process'
          : 'nothing',
  }
}

/** Messages a second up to which each part is enough by itself, and what to add then. */
export function limitsOf(
  footprint: Footprint,
  deliveriesPerMessage: number,
): { part: string; rate: number; add: string }[] {
  const cost = costOf(footprint, deliveriesPerMessage)
  const usable = SECOND * ASSUMED.usableShare
  const wal = cost.wal * ASSUMED.fullPages
  return [
    { part: 'two cores for everything', rate: (2 * usable) / (cost.server + cost.database), add: 'cores' },
    { part: 'one process of Charsu: its main thread', rate: usable / cost.main, add: '`--processes N`' },
    {
      part: `one machine of ${ASSUMED.machineCores} cores for Charsu alone`,
      rate: (ASSUMED.machineCores * usable) / cost.server,
      add: 'another machine with the same `DATABASE_URL`, behind a balancer',
    },
    {
      part: `one PostgreSQL: ${ASSUMED.clusterCores} cores`,
      rate: (ASSUMED.clusterCores * usable) / cost.database,
      add: 'a larger machine for PostgreSQL, then cells',
    },
    {
      part: `one PostgreSQL: ${ASSUMED.clusterWal / 1e6} MB of log a second`,
      rate: ASSUMED.clusterWal / wal,
      add: 'faster disks for the log, then cells',
    },
  ].sort((a, b) => a.rate - b.rate)
}
