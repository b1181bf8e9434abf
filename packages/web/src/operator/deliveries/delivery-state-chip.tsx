import type { ReactNode } from 'react'
import type { ListedDelivery } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { deliveriesWords } from './words.ts'

const TONES: Readonly<Record<ListedDelivery['state'], Tone>> = {
  pending: 'accent',
  held: 'warn',
  delivered: 'good',
  dead: 'bad',
  cancelled: 'plain',
}

export function DeliveryStateChip({ state }: { state: ListedDelivery['state'] }): ReactNode {
  const say = useWords(deliveriesWords)
  return <Chip tone={TONES[state]}>{say(`states.${state}`)}</Chip>
}

/** Why it is dead, as the catalogue of errors names it. */
export function ReasonLink({ reason, help }: { reason: string | null; help: string | null }): ReactNode {
  if (reason === null) return <span className="text-soft">–</span>
  const name = <code className="text-sm break-all">{reason}</code>
  if (help === null) return name
  return (
    <a
      href={help}
      target="_blank"
      rel="noopener noreferrer"
      className="rounded-small text-accent underline underline-offset-4"
    >
      {name}
    </a>
  )
}
