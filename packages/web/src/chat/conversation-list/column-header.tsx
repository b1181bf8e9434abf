import { Link } from '@tanstack/react-router'
import { Ban, Ellipsis, Puzzle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Brand } from '../../shell/brand.tsx'
import { PreferencesMenu } from '../../shell/preferences-menu.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { NewChatButton } from '../chatbots/new-chat-button.tsx'
import { NoticesBell } from '../notices/notices-bell.tsx'
import { sideWords } from '../side-page/side-words.ts'
import { useLogOut } from './use-log-out.ts'

const ITEM = 'flex grow items-center gap-3'

/** The mark, and the ways to everything else of the person. */
export function ColumnHeader(): ReactNode {
  const say = useWords(sideWords)
  const logOut = useLogOut()
  return (
    <header className="flex min-h-16 shrink-0 items-center border-b border-line ps-4 pe-1 pt-[env(safe-area-inset-top)]">
      <div className="flex grow">
        <Brand />
      </div>
      <NewChatButton />
      <NoticesBell />
      <Menu
        trigger={
          <IconButton label={say('pages')}>
            <Ellipsis />
          </IconButton>
        }
      >
        <MenuItem asChild>
          <Link to="/connected-apps" className={ITEM}>
            <Puzzle aria-hidden="true" />
            {say('connectedApps')}
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <Link to="/blocked" className={ITEM}>
            <Ban aria-hidden="true" />
            {say('blocked')}
          </Link>
        </MenuItem>
      </Menu>
      <PreferencesMenu {...(logOut && { onLogOut: logOut })} />
    </header>
  )
}
