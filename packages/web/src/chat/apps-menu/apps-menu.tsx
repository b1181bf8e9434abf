import { LayoutGrid } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { OfferedApps } from './offered-apps.tsx'
import { appsMenuWords } from './words.ts'

/** The apps that the marketplace offers in a conversation about a post, each opened in a tab of its own. */
export function AppsMenu({ conversationId }: { conversationId: string }): ReactNode {
  const say = useWords(appsMenuWords)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setIsOpen}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={say('open')}>
          <LayoutGrid aria-hidden="true" />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={say('title')}
          className="z-50 max-h-[min(28rem,80dvh)] w-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-normal border border-line bg-raised p-1 shadow-raised data-[state=open]:animate-rise"
        >
          <DropdownMenu.Label className="px-3 pt-2 pb-1 text-xs font-semibold text-soft">
            {say('title')}
          </DropdownMenu.Label>
          <OfferedApps conversationId={conversationId} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
