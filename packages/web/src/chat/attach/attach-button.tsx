import { FileText, Image, MapPin, Paperclip, UserRound } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { ACCEPT } from './file-rules.ts'
import { useFiles } from './use-files.ts'
import { attachWords } from './words.ts'

const PlaceDialog = lazy(() => import('./place-dialog.tsx').then((each) => ({ default: each.PlaceDialog })))
const ContactDialog = lazy(() =>
  import('./contact-dialog.tsx').then((each) => ({ default: each.ContactDialog })),
)

/** What can be sent besides words. */
export function AttachButton({ conversationId }: { conversationId: string }): ReactNode {
  const say = useWords(attachWords)
  const send = useFiles(conversationId)
  const pictures = useRef<HTMLInputElement>(null)
  const documents = useRef<HTMLInputElement>(null)
  const [dialog, setDialog] = useState<'place' | 'contact' | null>(null)
  const close = (): void => setDialog(null)
  return (
    <>
      <Menu
        trigger={
          <IconButton label={say('attach')}>
            <Paperclip />
          </IconButton>
        }
      >
        <MenuItem icon={<Image aria-hidden="true" />} onSelect={() => pictures.current?.click()}>
          {say('pictures')}
        </MenuItem>
        <MenuItem icon={<FileText aria-hidden="true" />} onSelect={() => documents.current?.click()}>
          {say('documents')}
        </MenuItem>
        <MenuItem icon={<MapPin aria-hidden="true" />} onSelect={() => setDialog('place')}>
          {say('location')}
        </MenuItem>
        <MenuItem icon={<UserRound aria-hidden="true" />} onSelect={() => setDialog('contact')}>
          {say('contact')}
        </MenuItem>
      </Menu>
      {(
        [
          ['pictures', pictures],
          ['documents', documents],
        ] as const
      ).map(([kind, ref]) => (
        <input
          key={kind}
          ref={ref}
          type="file"
          multiple
          hidden
          accept={ACCEPT[kind]}
          aria-label={say(kind)}
          onChange={({ target }) => {
            send([...(target.files ?? [])])
            target.value = ''
          }}
        />
      ))}
      <Suspense>
        {dialog === 'place' && <PlaceDialog conversationId={conversationId} onClose={close} />}
        {dialog === 'contact' && <ContactDialog conversationId={conversationId} onClose={close} />}
      </Suspense>
    </>
  )
}
