import type { ReactNode } from 'react'
import type { Delivery, DeliveryState } from '../../api/console/console-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { trafficWords } from './words.ts'

const TONE: Readonly<Record<DeliveryState, Tone>> = {
  pending: 'accent',
  held: 'warn',
  delivered: 'good',
  dead: 'bad',
  cancelled: 'plain',
}

export function StateChip({ delivery }: { delivery: Pick<Delivery, 'state' | 'replay'> }): ReactNode {
  const say = useWords(trafficWords)
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Chip tone={TONE[delivery.state]}>{say(`states.${delivery.state}`)}</Chip>
      {delivery.replay && <Chip>{say('again')}</Chip>}
    </span>
  )
}
