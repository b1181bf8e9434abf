import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { blockWords } from './words.ts'

export interface BlockDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  name: string
  isChatbot: boolean
  busy: boolean
  onConfirm: () => void
}

/** Says what blocking does before it does it. */
export function BlockDialog({ name, isChatbot, onConfirm, ...rest }: BlockDialogProps): ReactNode {
  const say = useWords(blockWords)
  const points = isChatbot
    ? ([say('confirmChatbot.write'), say('confirmChatbot.begin'), say('confirmChatbot.consent')] as const)
    : ([say('confirmPerson.write'), say('confirmPerson.read'), say('confirmPerson.told')] as const)
  return (
    <ConfirmDialog
      {...rest}
      title={say('confirmTitle', { name: name || say('nobody') })}
      confirm={say('block')}
      dangerous
      onConfirm={onConfirm}
    >
      <ul className="grid list-disc gap-2 ps-5">
        {[...points, say('undo')].map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}
