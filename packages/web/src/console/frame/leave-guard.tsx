import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { consoleWords } from '../words.ts'

/** Asks before changes that are not saved are left behind, also when the window is closed. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }): ReactNode {
  const say = useWords(consoleWords)
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      onOpenChange={(open) => !open && blocker.reset?.()}
      title={say('leave.title')}
      confirm={say('leave.confirm')}
      dangerous
      onConfirm={() => blocker.proceed?.()}
    >
      {say('leave.text')}
    </ConfirmDialog>
  )
}
