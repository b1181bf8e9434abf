import type { ReactNode } from 'react'
import type { AppState } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { operatorWords } from '../words.ts'

const TONES: Readonly<Record<AppState, Tone>> = {
  awaiting: 'warn',
  development: 'plain',
  approved: 'good',
  withdrawn: 'bad',
}

export function AppStateChip({ state }: { state: AppState }): ReactNode {
  const say = useWords(operatorWords)
  return <Chip tone={TONES[state]}>{say(`appState.${state}`)}</Chip>
}
