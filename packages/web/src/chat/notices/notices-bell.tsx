import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { UnreadBadge } from './unread-badge.tsx'
import { useUnreadNotices } from './use-notices.ts'
import { noticeWords } from './words.ts'

/** Leads to the notices, and says live how many are unread. */
export function NoticesBell(): ReactNode {
  const say = useWords(noticeWords)
  const count = useUnreadNotices()
  const label = count > 0 ? say('bellUnread', { count }) : say('bell')
  return (
    <Link
      to="/notices"
      aria-label={label}
      title={label}
      className="relative inline-grid size-11 shrink-0 place-items-center rounded-normal text-soft transition-colors hover:bg-sunken hover:text-ink"
    >
      <Bell aria-hidden="true" className="size-5" />
      <UnreadBadge count={count} />
    </Link>
  )
}
