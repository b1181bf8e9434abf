import type { ReactNode } from 'react'
import { useFormat } from '../../i18n/format.ts'

/** More are told as `99+`. */
const MOST = 99

/** How many wait, in the corner of what it belongs to; whoever shows it says the number in its label. */
export function UnreadBadge({ count }: { count: number }): ReactNode {
  const { number } = useFormat()
  if (count <= 0) return null
  return (
    <span
      aria-hidden="true"
      className="absolute end-0 top-1 grid h-5 min-w-5 place-items-center rounded-full border-2 border-paper bg-accent px-1 text-[0.6875rem] leading-none font-bold text-on-accent tabular-nums"
    >
      {count > MOST ? `${number(MOST)}+` : number(count)}
    </span>
  )
}
