import { Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import type { OutgoingState } from '../state/outgoing.ts'
import { chatWords } from '../words.ts'

export type TickState = OutgoingState | 'read'

const SIGN = {
  uploading: { Icon: Clock3, tone: '' },
  waiting: { Icon: Clock3, tone: '' },
  sending: { Icon: Clock3, tone: '' },
  sent: { Icon: Check, tone: '' },
  read: { Icon: CheckCheck, tone: 'text-accent' },
  failed: { Icon: CircleAlert, tone: 'text-bad' },
} as const

/** How far a message of mine has come. */
export function Tick({ state }: { state: TickState }): ReactNode {
  const say = useWords(chatWords)
  const { Icon, tone } = SIGN[state]
  return (
    <span title={say(`state.${state}`)} className={tone}>
      <Icon aria-hidden="true" className="size-4" />
      <span className="sr-only">{say(`state.${state}`)}</span>
    </span>
  )
}
