import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

const TONE = {
  info: { look: 'bg-accent-soft text-accent', icon: Info },
  good: { look: 'bg-good-soft text-good', icon: CircleCheck },
  warn: { look: 'bg-warn-soft text-warn', icon: TriangleAlert },
  bad: { look: 'bg-bad-soft text-bad', icon: CircleAlert },
} as const

export interface CalloutProps {
  tone?: keyof typeof TONE
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}

/** Something to know before anything else on the page. */
export function Callout({ tone = 'info', title, children, action }: CalloutProps): ReactNode {
  const { look, icon: Icon } = TONE[tone]
  return (
    <div className={classNames('flex items-start gap-3 rounded-normal p-4', look)}>
      <Icon aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
      <div className="grid min-w-0 grow gap-1">
        <p className="font-semibold">{title}</p>
        {children && <div className="text-sm text-ink text-pretty">{children}</div>}
        {action && <div className="mt-2 flex flex-wrap gap-2 empty:hidden">{action}</div>}
      </div>
    </div>
  )
}
