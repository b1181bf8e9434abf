import { KeyRound, ShieldCheck, ShieldQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { uiWords } from '../../ui/words.ts'
import { composeWords } from './compose-words.ts'
import type { Sending } from './use-sending.ts'

export interface ConsentLineProps {
  sending: Sending
  name: string
  onMore: () => void
}

/** Whether the person has allowed what is about to be sent; if not, one press allows it. */
export function ConsentLine({ sending: { consent, give }, name, onMore }: ConsentLineProps): ReactNode {
  const say = useWords(composeWords)
  const sayUi = useWords(uiWords)
  if (consent === null) return null
  if (consent !== 'missing') {
    return (
      <p className="flex items-center gap-2 text-sm text-soft">
        {consent === 'given' ? (
          <ShieldCheck aria-hidden="true" className="size-4 shrink-0 text-good" />
        ) : (
          <KeyRound aria-hidden="true" className="size-4 shrink-0" />
        )}
        {consent === 'given' ? say('consent.given', { name }) : say('consent.none')}
      </p>
    )
  }
  return (
    <div className="grid gap-2 rounded-normal bg-warn-soft p-3">
      <p className="flex items-start gap-2 text-sm text-warn">
        <ShieldQuestion aria-hidden="true" className="size-5 shrink-0" />
        {say('consent.missing', { name })}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button kind="main" size="small" busy={give.isPending} onClick={() => give.mutate()}>
          {say('consent.give')}
        </Button>
        <Button kind="quiet" size="small" onClick={onMore}>
          {say('consent.more')}
        </Button>
      </div>
      {give.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, give.error)}
        </p>
      )}
    </div>
  )
}
