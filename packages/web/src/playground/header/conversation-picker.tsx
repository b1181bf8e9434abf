import { ChevronDown, MessagesSquare, Plus } from 'lucide-react'
import { Fragment, type ReactNode, useMemo } from 'react'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { isolate, useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { type Scene, scenesByPost } from '../scene.ts'
import { playgroundWords } from '../words.ts'

export interface ConversationPickerProps {
  here: Surroundings
  scene: Scene | null
  onChoose: (conversationId: string) => void
  onNew: () => void
}

/** Which conversation is shown; all of them by post, and a new one. */
export function ConversationPicker({ here, scene, onChoose, onNew }: ConversationPickerProps): ReactNode {
  const say = useWords(playgroundWords)
  const posts = useMemo(() => scenesByPost(here), [here])
  const between = ({ buyer, seller }: Scene): string =>
    say('betweenTwo', { buyer: buyer.name, seller: seller.name })
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-11 max-w-full min-w-0 items-center gap-2.5 rounded-normal px-2 text-start hover:bg-sunken"
        >
          <MessagesSquare aria-hidden="true" className="size-5 shrink-0 text-soft" />
          <span className="sr-only">{say('conversation')}</span>
          <span className="grid min-w-0 leading-snug">
            <span className="truncate text-sm font-semibold">
              <BidiText>{scene?.post?.title || scene?.conversation.post_token || '–'}</BidiText>
            </span>
            <span className="truncate text-xs text-soft">{scene ? between(scene) : ''}</span>
          </span>
          <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-soft" />
        </button>
      }
    >
      {posts.map((post, i) => (
        <Fragment key={post.token}>
          {i > 0 && <MenuLine />}
          <MenuChoice
            label={isolate(post.title)}
            value={scene?.conversation.id ?? ''}
            options={post.scenes.map((each) => ({ value: each.conversation.id, label: between(each) }))}
            onChange={onChoose}
          />
        </Fragment>
      ))}
      {posts.length > 0 && <MenuLine />}
      <MenuItem icon={<Plus />} onSelect={onNew}>
        {say('newConversation')}
      </MenuItem>
    </Menu>
  )
}
