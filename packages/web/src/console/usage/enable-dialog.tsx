import type { ReactNode } from 'react'
import type { EndpointHealth } from '../../api/console/console-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { appPath, useChange } from '../frame/console-queries.ts'
import { usageWords } from './words.ts'

export interface EnableDialogProps {
  held: number
  slug: string
  onClose: () => void
}

/** Enables an events URL, and asks what becomes of what was held meanwhile. */
export function EnableDialog({ held, slug, onClose }: EnableDialogProps): ReactNode {
  const say = useWords(usageWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const enable = useChange<EndpointHealth>()
  const doIt = (waiting: 'release' | 'drop'): void =>
    enable.mutate(
      { method: 'POST', path: appPath(slug, '/endpoint/enable'), body: { waiting } },
      {
        onSuccess: () => {
          toast({ text: say('enabled') })
          onClose()
        },
        onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
      },
    )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('enableTitle')}
      description={say('enableText', { count: held })}
      footer={
        <>
          <Button kind="danger" busy={enable.isPending} onClick={() => doIt('drop')}>
            {say('drop')}
          </Button>
          <Button kind="main" busy={enable.isPending} onClick={() => doIt('release')}>
            {say('release')}
          </Button>
        </>
      }
    >
      <p className="text-soft">{say('dropText')}</p>
    </Dialog>
  )
}
