import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { postsWords } from './words.ts'

export const POST_STATES = ['PUBLISHED', 'REVIEW_REQ', 'PAYMENT_REQ', 'RETIRED', 'ARCHIVED'] as const

const TONES: Readonly<Record<(typeof POST_STATES)[number], Tone>> = {
  PUBLISHED: 'good',
  REVIEW_REQ: 'warn',
  PAYMENT_REQ: 'warn',
  RETIRED: 'plain',
  ARCHIVED: 'bad',
}

export function PostStateChip({ state }: { state: string }): ReactNode {
  const say = useWords(postsWords)
  const known = POST_STATES.find((each) => each === state)
  return known ? <Chip tone={TONES[known]}>{say(`states.${known}`)}</Chip> : <Chip>{state}</Chip>
}
