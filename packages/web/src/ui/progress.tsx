import { type ReactNode, useId } from 'react'
import { useFormat } from '../i18n/format.ts'
import { classNames } from './class-names.ts'

const TONE = { accent: 'bg-accent', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad' } as const

export interface ProgressProps {
  label: ReactNode
  /** 0 to 1; more counts as 1. */
  share: number
  tone?: keyof typeof TONE
  /** In place of the percentage. */
  value?: string
}

/** How far something is, as a bar that fills along the line of text. */
export function Progress({ label, share, tone = 'accent', value }: ProgressProps): ReactNode {
  const id = useId()
  const format = useFormat()
  const full = Math.max(0, Math.min(1, share))
  const said = value ?? format.percent(Math.floor(full * 100) / 100)
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-4 text-sm">
        <span id={id} className="font-semibold">
          {label}
        </span>
        <span className="text-soft">{said}</span>
      </div>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(full * 100)}
        aria-valuetext={said}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          style={{ inlineSize: `${full * 100}%` }}
          className={classNames('h-full rounded-full transition-[inline-size]', TONE[tone])}
        />
      </div>
    </div>
  )
}
