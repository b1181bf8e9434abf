import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { chatWords } from '../words.ts'

export interface PageOfferProps {
  url: string
  appName: string
  onClose: () => void
}

/** The browser did not let a page open by itself: a press does it. */
export function PageOffer({ url, appName, onClose }: PageOfferProps): ReactNode {
  const say = useWords(chatWords)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('press.opened')}
      footer={
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          onClick={onClose}
          className="grid min-h-11 place-items-center rounded-normal bg-accent px-4 font-semibold text-on-accent"
        >
          {say('press.open')}
        </a>
      }
    >
      <p className="text-soft">{say('press.leave', { name: appName })}</p>
      <p className="mt-2 text-sm [overflow-wrap:anywhere]">
        <bdi dir="ltr">{url}</bdi>
      </p>
    </Dialog>
  )
}
