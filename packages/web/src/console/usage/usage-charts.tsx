import type { ReactNode } from 'react'
import type { Usage } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BarChart } from '../../ui/bar-chart.tsx'
import { usageWords } from './words.ts'

/** How points of a series are named: hours at the reader's place, days of UTC, which limits go by. */
function useNames(by: Usage['by']): (from: string) => { label: string; short: string } {
  const format = useFormat()
  if (by === 'hour') return (from) => ({ label: format.dateTime(from), short: format.time(from) })
  // The middle of a day of UTC is the same day nearly everywhere.
  return (from) => {
    const noon = new Date(new Date(from).getTime() + 43_200_000)
    return { label: format.date(noon), short: format.date(noon).replace(/\s*\S+$/u, '') }
  }
}

export function CallsChart({ usage }: { usage: Usage }): ReactNode {
  const say = useWords(usageWords)
  const nameOf = useNames(usage.by)
  return (
    <BarChart
      title={say('calls')}
      pointTitle={say(usage.by === 'hour' ? 'hourColumn' : 'dayColumn')}
      series={[
        { name: say('accepted'), tone: 'accent' },
        { name: say('refused'), tone: 'bad' },
      ]}
      points={usage.series.map(({ from, calls }) => ({
        ...nameOf(from),
        values: [calls.accepted, calls.refused],
      }))}
      limit={usage.series.at(-1)?.calls.limit ?? null}
    />
  )
}

export function DeliveriesChart({ usage }: { usage: Usage }): ReactNode {
  const say = useWords(usageWords)
  const nameOf = useNames(usage.by)
  return (
    <BarChart
      title={say('deliveries')}
      pointTitle={say(usage.by === 'hour' ? 'hourColumn' : 'dayColumn')}
      series={[
        { name: say('delivered'), tone: 'good' },
        { name: say('failed'), tone: 'warn' },
        { name: say('dead'), tone: 'bad' },
      ]}
      points={usage.series.map(({ from, deliveries }) => ({
        ...nameOf(from),
        values: [deliveries.delivered, deliveries.failed, deliveries.dead],
      }))}
    />
  )
}
