import { Link } from '@tanstack/react-router'
import { BellRing, CheckCheck } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { SidePage } from '../side-page/side-page.tsx'
import { NoticeCard } from './notice-card.tsx'
import { noticesOf } from './notice-pages.ts'
import { useNoticeList, useReadNotices, useUnreadNotices } from './use-notices.ts'
import { noticeWords } from './words.ts'

/** What apps told the person outside of any chat, newest first, live. */
export function NoticesPage(): ReactNode {
  const say = useWords(noticeWords)
  const toast = useToast()
  const unread = useUnreadNotices()
  const { readOne, readAll, isReadingAll, error } = useReadNotices()
  useEffect(() => {
    if (error) toast({ text: say('readFailed'), tone: 'bad' })
  }, [error, toast, say])
  return (
    <SidePage
      name="notices"
      intro={say('intro')}
      action={
        unread > 0 && (
          <Button icon={<CheckCheck className="size-4" />} busy={isReadingAll} onClick={() => readAll()}>
            {say('readAll')}
          </Button>
        )
      }
    >
      <NoticeList onSeen={readOne} />
    </SidePage>
  )
}

function NoticeList({ onSeen }: { onSeen: (id: string) => void }): ReactNode {
  const say = useWords(noticeWords)
  const { data, error, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useNoticeList()
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows count={4} />
  const notices = noticesOf(data)
  if (notices.length === 0) {
    return (
      <EmptyState
        icon={<BellRing />}
        title={say('empty')}
        action={
          <Link
            to="/connected-apps"
            className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
          >
            {say('connected')}
          </Link>
        }
      >
        {say('emptyText')}
      </EmptyState>
    )
  }
  return (
    <>
      <ul aria-label={say('list')} className="grid gap-3">
        {notices.map((notice) => (
          <li key={notice.id}>
            <NoticeCard notice={notice} onSeen={onSeen} />
          </li>
        ))}
      </ul>
      <LoadMore has={hasNextPage} busy={isFetchingNextPage} onMore={() => void fetchNextPage()} />
    </>
  )
}
