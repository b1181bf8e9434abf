import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

export interface FaultRowProps {
  icon: ReactNode
  /** Something is made to go wrong by it. */
  on: boolean
  children: ReactNode
}

/** One fault: at a glance whether it is on, and what it does. */
export function FaultRow({ icon, on, children }: FaultRowProps): ReactNode {
  return (
    <li
      className={classNames(
        'flex gap-3 rounded-normal border border-s-4 px-3 py-1.5 transition-colors',
        on ? 'border-transparent border-s-bad bg-bad-soft' : 'border-line border-s-line bg-raised',
      )}
    >
      <span
        aria-hidden="true"
        className={classNames(
          'mt-2.5 grid size-8 shrink-0 place-items-center rounded-small [&_svg]:size-4',
          on ? 'bg-paper text-bad' : 'bg-sunken text-soft',
        )}
      >
        {icon}
      </span>
      <div className="min-w-0 grow">{children}</div>
    </li>
  )
}

/** A fault that is an act and no state: what it does, and the button for it. */
export function ActRow({
  icon,
  on,
  label,
  hint,
  children,
}: FaultRowProps & { label: ReactNode; hint: ReactNode }): ReactNode {
  return (
    <FaultRow icon={icon} on={on}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2">
        <div className="min-w-48 grow basis-0">
          <p className="font-semibold">{label}</p>
          <p className="text-sm text-soft text-pretty">{hint}</p>
        </div>
        {children}
      </div>
    </FaultRow>
  )
}

/** Faults that belong together. */
export function FaultGroup({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section aria-label={title} className="grid gap-2">
      <h3 className="text-sm font-semibold text-soft">{title}</h3>
      <ul className="grid gap-2">{children}</ul>
    </section>
  )
}
