import { Phone, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ContactData } from '../../api/person/message-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { dialLink } from './phone-number.ts'
import { mediaWords } from './words.ts'

export function ContactContent({ contact, meta }: { contact: ContactData; meta: ReactNode }): ReactNode {
  const say = useWords(mediaWords)
  return (
    <div className="grid gap-2 px-3 py-2">
      <div className="flex items-center gap-3">
        <span className="grid size-11 shrink-0 place-items-center rounded-full bg-accent-soft text-accent">
          <UserRound aria-hidden="true" className="size-5" />
        </span>
        <span className="grid min-w-0">
          <BidiText className="truncate font-semibold">{contact.name || say('contact')}</BidiText>
          <bdi dir="ltr" className="text-start text-sm text-soft">
            {contact.phone}
          </bdi>
        </span>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        <span className="flex items-center">
          <a
            href={dialLink(contact.phone)}
            className="inline-flex min-h-9 items-center gap-2 px-2 text-sm font-semibold text-accent"
          >
            <Phone aria-hidden="true" className="size-4" />
            {say('call')}
          </a>
          <CopyButton text={contact.phone} label={say('copyPhone')} />
        </span>
        {meta}
      </div>
    </div>
  )
}
