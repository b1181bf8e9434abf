import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

const TONE = {
  plain: 'bg-sunken text-soft',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  app: 'bg-app-soft text-app',
} as const

export type Tone = keyof typeof TONE

/** A word about the state of something. */
export function Chip({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }): ReactNode {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        TONE[tone],
      )}
    >
      {children}
    </span>
  )
}
