import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { consoleWords } from '../words.ts'
import { LeaveGuard } from './leave-guard.tsx'

export interface SaveBarProps {
  isDirty: boolean
  busy: boolean
  /** Something is known to be wrong: saving would be refused. */
  isWrong?: boolean
  /** What came of the last try, if it failed. */
  failure?: string | undefined
  onDiscard: () => void
}

/** Stands at the lower edge as long as something is not saved; the form's own submit saves. */
export function SaveBar({ isDirty, busy, isWrong = false, failure, onDiscard }: SaveBarProps): ReactNode {
  const say = useWords(consoleWords)
  return (
    <>
      <LeaveGuard isDirty={isDirty && !busy} />
      <div className="save-bar sticky bottom-0 z-20 -mx-1 px-1 py-3" hidden={!isDirty}>
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-normal border border-line bg-raised p-3 shadow-raised">
          <p role="status" className={failure ? 'text-sm text-bad' : 'text-sm text-soft'}>
            {failure ?? say('unsaved')}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button kind="quiet" disabled={busy} onClick={onDiscard}>
              {say('discard')}
            </Button>
            <Button kind="main" type="submit" busy={busy} disabled={isWrong}>
              {say('save')}
            </Button>
          </div>
        </div>
      </div>
    </>
  )
}
