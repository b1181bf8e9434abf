import { Ban, EllipsisVertical, Undo2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { BlockDialog } from './block-dialog.tsx'
import { useBlock } from './use-block.ts'
import { blockWords } from './words.ts'

/** What else can be done about a conversation: block the other side, or take that back. */
export function ConversationMenu({ conversation }: { conversation: Conversation }): ReactNode {
  const say = useWords(blockWords)
  const [isAsking, setIsAsking] = useState(false)
  const { change, busy } = useBlock(() => setIsAsking(false))
  const { id, type, peer, blocked } = conversation
  const set = (to: boolean): void => change({ whom: { conversationId: id }, name: peer.name, blocked: to })
  // Nobody is left to be blocked.
  if (peer.deleted && !blocked) return null
  return (
    <>
      <Menu
        trigger={
          <IconButton label={say('menu')}>
            <EllipsisVertical aria-hidden="true" />
          </IconButton>
        }
      >
        {blocked ? (
          <MenuItem icon={<Undo2 aria-hidden="true" className="points" />} onSelect={() => set(false)}>
            {say('unblock')}
          </MenuItem>
        ) : (
          <MenuItem icon={<Ban aria-hidden="true" />} dangerous onSelect={() => setIsAsking(true)}>
            {say('block')}
          </MenuItem>
        )}
      </Menu>
      <BlockDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        name={peer.name}
        isChatbot={type === 'BOT'}
        busy={busy}
        onConfirm={() => set(true)}
      />
    </>
  )
}
