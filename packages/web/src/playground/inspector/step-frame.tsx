import type { ReactNode } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { classNames } from '../../ui/class-names.ts'

const TONE = {
  plain: 'bg-sunken text-soft',
  accent: 'bg-accent-soft text-accent',
  app: 'bg-app-soft text-app',
  bad: 'bg-bad-soft text-bad',
} as const

export interface StepFrameProps {
  icon: ReactNode
  tone?: keyof typeof TONE
  title: ReactNode
  /** When it began. */
  at: string
  chips?: ReactNode
  isLast: boolean
  children?: ReactNode
}

/** One thing that happened, on the line that leads to the next. */
export function StepFrame({
  icon,
  tone = 'plain',
  title,
  at,
  chips,
  isLast,
  children,
}: StepFrameProps): ReactNode {
  const format = useFormat()
  return (
    <li className="relative grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3 pb-6 last:pb-0">
      {!isLast && (
        <span aria-hidden="true" className="absolute inset-y-0 start-4 -ms-px mt-9 w-0.5 bg-line" />
      )}
      <span
        aria-hidden="true"
        className={classNames('grid size-8 place-items-center rounded-full [&_svg]:size-4', TONE[tone])}
      >
        {icon}
      </span>
      <div className="grid min-w-0 gap-2">
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <h3 className="font-semibold">{title}</h3>
          {chips}
          <time dateTime={at} className="ms-auto text-xs text-soft">
            {format.time(at)}
          </time>
        </div>
        {children}
      </div>
    </li>
  )
}
