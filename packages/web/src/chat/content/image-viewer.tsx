import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../api/person/message-shapes.ts'
import { directionOf } from '../../i18n/locale.ts'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { useReturnFocus } from '../../ui/return-focus.ts'
import { uiWords } from '../../ui/words.ts'
import { useTimeline } from '../use-conversation.ts'
import { mediaWords } from './words.ts'

export interface ImageViewerProps {
  message: Message
  onClose: () => void
}

/** A picture as large as the window; the arrows lead to the others of the conversation. */
export function ImageViewer({ message, onClose }: ImageViewerProps): ReactNode {
  const say = useWords(mediaWords)
  const sayUi = useWords(uiWords)
  const { i18n } = useTranslation()
  const returnFocus = useReturnFocus()
  const [shownId, setShownId] = useState(message.id)
  const [isLarge, setLarge] = useState(false)
  const all = (useTimeline(message.conversation_id)?.shown ?? []).filter((each) => each.image_data)
  const at = all.findIndex(({ id }) => id === shownId)
  const shown = all[at] ?? message
  const image = shown.image_data
  const go = (step: 1 | -1): void => {
    const next = all[at + step]
    if (!next) return
    setShownId(next.id)
    setLarge(false)
  }
  // The next picture lies towards the end of the line, which is on the left in Persian.
  const forward = directionOf(i18n.language === 'fa' ? 'fa' : 'en') === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') go(event.key === forward ? 1 : -1)
  }
  if (!image) return null
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          {...returnFocus}
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          className="fixed inset-0 z-50 flex flex-col bg-ground data-[state=open]:animate-fade"
        >
          <div className="flex items-center gap-1 p-2 pt-[max(0.5rem,env(safe-area-inset-top))]">
            <Dialog.Title className="grow px-2 font-semibold">
              {all.length > 1 && at >= 0
                ? say('viewer.count', { at: at + 1, all: all.length })
                : say('image')}
            </Dialog.Title>
            <IconButton label={say('viewer.zoom')} aria-pressed={isLarge} onClick={() => setLarge(!isLarge)}>
              {isLarge ? <ZoomOut /> : <ZoomIn />}
            </IconButton>
            <a
              href={image.link}
              download
              target="_blank"
              rel="noopener noreferrer"
              aria-label={say('viewer.download')}
              title={say('viewer.download')}
              className="inline-grid size-11 place-items-center rounded-normal text-soft hover:bg-sunken hover:text-ink"
            >
              <Download aria-hidden="true" className="size-5" />
            </a>
            <Dialog.Close asChild>
              <IconButton label={sayUi('close')}>
                <X />
              </IconButton>
            </Dialog.Close>
          </div>
          <div className="relative min-h-0 grow">
            <div className={isLarge ? 'size-full overflow-auto' : 'grid size-full place-items-center p-2'}>
              <img
                key={shown.id}
                src={image.link}
                alt={say('image')}
                width={image.width_px}
                height={image.height_px}
                className={isLarge ? 'mx-auto max-w-none' : 'max-h-full w-auto max-w-full object-contain'}
              />
            </div>
            {at > 0 && (
              <IconButton
                label={say('viewer.previous')}
                onClick={() => go(-1)}
                className="absolute start-2 top-1/2 -translate-y-1/2 bg-raised shadow-raised"
              >
                <ChevronLeft className="points" />
              </IconButton>
            )}
            {at >= 0 && at < all.length - 1 && (
              <IconButton
                label={say('viewer.next')}
                onClick={() => go(1)}
                className="absolute end-2 top-1/2 -translate-y-1/2 bg-raised shadow-raised"
              >
                <ChevronRight className="points" />
              </IconButton>
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
