import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Chip } from '../../ui/chip.tsx'
import { inspectorWords } from './words.ts'

/** How a call ended: its HTTP status, written as in HTTP, or that none came. */
export function StatusChip({ status }: { status: number | null }): ReactNode {
  const say = useWords(inspectorWords)
  if (status === null) return <Chip tone="bad">{say('noAnswer')}</Chip>
  const tone = status < 300 ? 'good' : status < 400 || status === 429 ? 'warn' : 'bad'
  return (
    <Chip tone={tone}>
      <span dir="ltr" className="tabular-nums">
        {status}
      </span>
    </Chip>
  )
}
