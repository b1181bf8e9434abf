import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ASSUMED, type Cost, type Footprint, limitsOf, type Needs, needsOf } from './scaling-model.ts'

// Why this script: a capacity model that is typed in is a guess from the day after. This one is computed from the
// latest figures of `npm run bench -- footprint` in docs/performance.md.

const DOCS = join(import.meta.dirname, '../docs')
const [BEGIN, END] = ['<!-- computed -->', '<!-- end of computed -->']
const RATES = [1, 10, 100, 1_000, 10_000, 100_000]
const COSTS = [
  ['server', 'server', 'us'],
  ['main', 'main', 'us'],
  ['database', 'database', 'us'],
  ['wal', 'wal', 'bytes'],
] as const

/**
 * Reads the figures out of the page of figures. Throws when it holds none: then nothing can be computed.
 */
export function footprintIn(page: string): Footprint {
  const found = /<!-- latest footprint -->[\s\S]*?```json\n(.*)\n```/.exec(page)?.[1]
  if (found === undefined)
    throw new Error('docs/performance.md holds no figures of footprint: run npm run scaling')
  const figures = JSON.parse(found) as Record<string, unknown>
  const of = (name: string): number => {
    const value = figures[name]
    if (typeof value !== 'number')
      throw new Error(`the figures of footprint hold no ${name}: run npm run scaling`)
    return value
  }
  const cost = (kind: string, disk: number): Cost => ({
    ...(Object.fromEntries(COSTS.map(([key, name, unit]) => [key, of(`${kind}_${name}_${unit}`)])) as Record<
      'server' | 'main' | 'database' | 'wal',
      number
    >),
    disk,
  })
  return {
    message: cost('message', of('message_disk_bytes')),
    delivery: cost('delivery', of('delivery_disk_bytes')),
    fanned: cost('fanned_delivery', of('delivery_disk_bytes')),
    idle: { server: of('idle_server_us'), database: of('idle_database_us') },
  }
}

/** The tables of docs/scaling.md. */
export function scalingTables(footprint: Footprint): string {
  const { message, delivery, fanned } = footprint
  const costRow = (name: string, of: Cost): string =>
    `| ${name} | ${ms(of.server)} | ${ms(of.main)} | ${ms(of.database)} | ${bytes(of.wal)} | ${bytes(of.disk)} |`
  return [
    '| | server | of it the main thread | PostgreSQL | log | disk |',
    '|---|---|---|---|---|---|',
    costRow('a message', message),
    costRow('its one delivery', delivery),
    costRow('each of ten deliveries', fanned),
    '',
    `An idle process takes ${ms(footprint.idle.server)} a second of its own and ${ms(footprint.idle.database)} of PostgreSQL for its polls.`,
    '',
    'Messages a second, each heard by one app, up to which a part is enough:',
    '',
    '| part | enough up to | then add |',
    '|---|---|---|',
    ...limitsOf(footprint, 1).map(
      ({ part, rate, add }) => `| ${part} | ${number(roughly(rate))}/s | ${add} |`,
    ),
    '',
    'What a rate needs, each message heard by one app:',
    '',
    ...needsTable(footprint, 1),
    '',
    'The same with three apps that hear each message:',
    '',
    ...needsTable(footprint, 3),
    '',
    `Assumed, not measured: a core is used to ${ASSUMED.usableShare * 100} % before waiting times grow; one PostgreSQL puts ${ASSUMED.clusterCores} cores to use and writes ${bytes(ASSUMED.clusterWal)} of log a second; page images after checkpoints make the log ${ASSUMED.fullPages} times as large; delivered deliveries are kept for ${ASSUMED.historyDays} days.`,
  ].join('\n')
}

const needsTable = (footprint: Footprint, deliveriesPerMessage: number): string[] => [
  '| messages a second | processes | cores for Charsu | cores for PostgreSQL | log | messages, a day | deliveries kept | clusters | bound by |',
  '|---|---|---|---|---|---|---|---|---|',
  ...RATES.map((rate) =>
    needsRow(rate, needsOf(footprint, { messagesPerSecond: rate, deliveriesPerMessage })),
  ),
]

function needsRow(rate: number, needs: Needs): string {
  const cells = [
    number(rate),
    number(needs.processes),
    cores(needs.serverCores),
    cores(needs.databaseCores),
    `${bytes(needs.walPerSecond)}/s`,
    bytes(needs.messagesPerDay),
    bytes(needs.history),
    number(needs.cells),
    needs.saturatesFirst,
  ]
  return `| ${cells.join(' | ')} |`
}

const number = (value: number): string => value.toLocaleString('en')
const ms = (microseconds: number): string => `${(microseconds / 1000).toFixed(2)} ms`
const cores = (value: number): string => (value < 10 ? value.toFixed(1) : number(Math.ceil(value)))

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  const scaled = value / 1000 ** power
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`
}

/** Two digits: the model promises no more. */
const roughly = (value: number): number => Number(value.toPrecision(2))

/** The page with its tables replaced; throws when it has no place for them. */
export function withTables(page: string, tables: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from)
    throw new Error(`docs/scaling.md has no place for its tables: ${BEGIN} ... ${END}`)
  return `${page.slice(0, from + BEGIN.length)}\n${tables}\n${page.slice(to)}`
}

if (import.meta.main) {
  const file = join(DOCS, 'scaling.md')
  const page = readFileSync(file, 'utf8')
  const wanted = withTables(
    page,
    scalingTables(footprintIn(readFileSync(join(DOCS, 'performance.md'), 'utf8'))),
  )
  if (!process.argv.includes('--check')) writeFileSync(file, wanted)
  else if (page === wanted) console.log('docs/scaling.md follows from docs/performance.md')
  else {
    console.error('docs/scaling.md does not follow from docs/performance.md: run node scripts/gen-scaling.ts')
    process.exitCode = 1
  }
}
