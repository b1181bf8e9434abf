import { type ReactNode, useState } from 'react'
import type { Grant } from '../../api/person/person-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { connectedWords } from './words.ts'

export interface DisconnectDialogProps {
  /** Null while nothing is asked. */
  grant: Grant | null
  busy: boolean
  onClose: () => void
  onConfirm: (grant: Grant) => void
}

/** Says what disconnecting does before it does it. */
export function DisconnectDialog({ grant, busy, onClose, onConfirm }: DisconnectDialogProps): ReactNode {
  const say = useWords(connectedWords)
  // Its words stay while it goes away.
  const [last, setLast] = useState(grant)
  if (grant !== null && grant !== last) setLast(grant)
  const name = (grant ?? last)?.app.display_name ?? ''
  return (
    <ConfirmDialog
      open={grant !== null}
      onOpenChange={(open) => !open && onClose()}
      title={say('confirmTitle', { name })}
      confirm={say('disconnect')}
      dangerous
      busy={busy}
      onConfirm={() => grant && onConfirm(grant)}
    >
      <ul className="grid list-disc gap-2 ps-5">
        {(['now', 'late', 'kept', 'again'] as const).map((point) => (
          <li key={point}>{say(`confirm.${point}`)}</li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}
