import { Link } from '@tanstack/react-router'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

const TONES = {
  plain: 'bg-sunken text-soft',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const

export type TileTone = keyof typeof TONES

export interface TileProps {
  icon: LucideIcon
  name: string
  value: string
  hint: string
  tone?: TileTone
  /** Where there is more of it. */
  to?: string
  search?: Readonly<Record<string, string>>
}

/** One figure, and whether it is well. */
export function Tile({ icon: Icon, name, value, hint, tone = 'plain', to, search }: TileProps): ReactNode {
  const figure = (
    <>
      <span className="flex items-center justify-between gap-3">
        <span className="text-sm font-semibold text-soft">{name}</span>
        <span
          aria-hidden="true"
          className={classNames('grid size-9 shrink-0 place-items-center rounded-normal', TONES[tone])}
        >
          <Icon className="size-4.5" />
        </span>
      </span>
      <span className="text-3xl leading-tight font-bold tabular-nums">
        <bdi>{value}</bdi>
      </span>
      <span className="text-sm text-soft text-pretty">{hint}</span>
    </>
  )
  const look = 'grid h-full content-start gap-1.5 rounded-large border border-line bg-paper p-4 sm:p-5'
  if (to === undefined) return <div className={look}>{figure}</div>
  return (
    <Link
      to={to}
      {...(search && { search: search as never })}
      className={classNames(look, 'transition-colors hover:border-line-strong')}
    >
      {figure}
    </Link>
  )
}
