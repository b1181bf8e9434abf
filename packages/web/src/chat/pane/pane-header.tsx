import type { ReactNode } from 'react'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { chatWords } from '../words.ts'

export interface PaneHeaderProps {
  conversation: Conversation
  /** Before the name: the way back. */
  start?: ReactNode
  /** After it: menus. */
  end?: ReactNode
}

/** With whom, about what. */
export function PaneHeader({ conversation, start, end }: PaneHeaderProps): ReactNode {
  const say = useWords(chatWords)
  const { peer, post, app, type, side } = conversation
  const name = peer.name || say('nobody')
  const role = type === 'BOT' ? say('chatbot') : side === 'SUPPLY' ? say('buyer') : say('seller')
  return (
    <header className="flex min-h-16 items-center gap-3 border-b border-line bg-paper px-3 py-2">
      {start}
      <Avatar
        name={name}
        imageUrl={type === 'BOT' ? app?.avatar_url : post?.image}
        shape={type === 'BOT' ? 'app' : 'person'}
      />
      <div className="min-w-0 grow">
        <h2 className="flex font-semibold">
          <BidiText className="min-w-0 truncate">{name}</BidiText>
        </h2>
        <p className="flex gap-1 text-sm whitespace-nowrap text-soft">
          {role}
          {post && (
            <>
              <span aria-hidden="true">·</span>
              <BidiText className="min-w-0 truncate">{post.title}</BidiText>
            </>
          )}
        </p>
      </div>
      {end}
    </header>
  )
}
