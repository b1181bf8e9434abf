import type { ReactNode } from 'react'
import type { FaultName } from '../../api/development/story-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { inspectorWords } from './words.ts'

/** It is not known, only likely, that one thing led to the other. */
export function LikelyChip(): ReactNode {
  const say = useWords(inspectorWords)
  return <HintedChip hint={say('likelyHint')}>{say('likely')}</HintedChip>
}

/** A call in a form that a newer one has replaced. */
export function OlderChip(): ReactNode {
  const say = useWords(inspectorWords)
  return (
    <HintedChip tone="warn" hint={say('olderHint')}>
      {say('older')}
    </HintedChip>
  )
}

/** A call that is what it is because of a fault that was switched on. */
export function FaultChip({ fault }: { fault: FaultName }): ReactNode {
  const say = useWords(inspectorWords)
  return (
    <HintedChip tone="bad" hint={say('faultHint')}>
      {say(`fault.${fault}`)}
    </HintedChip>
  )
}

function HintedChip({ tone, hint, children }: { tone?: Tone; hint: string; children: string }): ReactNode {
  return (
    <span title={hint}>
      <Chip {...(tone && { tone })}>
        {children}
        <span className="sr-only">. {hint}</span>
      </Chip>
    </span>
  )
}
