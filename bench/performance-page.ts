import { availableParallelism } from 'node:os'
import type { Bar, Summary } from './benchmark.ts'

/**
 * docs/performance.md with the latest figures of one benchmark between its markers; the prose around them is written
 * by hand. Throws when the page has no such markers.
 */
export function withLatest(page: string, summary: Summary, bars: readonly Bar[], today: Date): string {
  const [begin, end] = [`<!-- latest ${summary.bench} -->`, `<!-- end of ${summary.bench} -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`the page has no place for ${summary.bench}: ${begin} ... ${end}`)
  return `${page.slice(0, from + begin.length)}\n${latest(summary, bars, today)}\n${page.slice(to)}`
}

function latest(summary: Summary, bars: readonly Bar[], today: Date): string {
  const table = [
    '| to reach | measured | |',
    '|---|---|---|',
    ...bars.map((bar) => {
      const measured = Number(summary[bar.field])
      const verdict = reached(bar, measured) ? 'reached' : 'not reached'
      return `| ${bar.name} ${limit(bar)} | ${withUnit(measured, bar)} | ${verdict} |`
    }),
  ]
  return [
    `**Latest**, ${today.toISOString().slice(0, 10)}, ${availableParallelism()} cores:`,
    '',
    '```json',
    JSON.stringify(summary),
    '```',
    '',
    ...(bars.length > 0 ? [...table, ''] : []),
  ].join('\n')
}

const reached = ({ atLeast = -Infinity, atMost = Infinity }: Bar, measured: number): boolean =>
  measured >= atLeast && measured <= atMost

const limit = (bar: Bar): string =>
  bar.atLeast === undefined ? `≤ ${withUnit(bar.atMost!, bar)}` : `≥ ${withUnit(bar.atLeast, bar)}`

const withUnit = (value: number, { unit }: Bar): string => (unit ? `${value} ${unit}` : String(value))
