import { type ReactNode, useState } from 'react'
import type { Notice } from '../../api/person/notice-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Chip } from '../../ui/chip.tsx'
import { classNames } from '../../ui/class-names.ts'
import { NoticeButtons } from './notice-buttons.tsx'
import { useSeen } from './use-seen.ts'
import { noticeWords } from './words.ts'

export interface NoticeCardProps {
  notice: Notice
  onSeen: (id: string) => void
}

/** One notice: who says it, about what, what can be done. What was unread when it came into view stays marked so. */
export function NoticeCard({ notice, onSeen }: NoticeCardProps): ReactNode {
  const say = useWords(noticeWords)
  const { day, time, dateTime } = useFormat()
  const { app, message, post, created_at: at } = notice
  const [wasNew] = useState(!notice.read)
  const ref = useSeen(!notice.read, () => onSeen(notice.id))
  return (
    <article
      ref={ref}
      className={classNames(
        'grid grid-cols-[auto_1fr] gap-x-3 gap-y-3 rounded-large border bg-paper p-4 sm:gap-x-4 sm:p-5',
        wasNew ? 'border-accent' : 'border-line',
      )}
    >
      <Avatar name={app.display_name} shape="app" />
      <div className="grid min-w-0 content-center gap-0.5">
        <div className="flex flex-wrap items-center gap-x-2">
          <h2 className="min-w-0 font-semibold text-app [overflow-wrap:anywhere]">
            <BidiText>{app.display_name}</BidiText>
          </h2>
          {wasNew && <Chip tone="accent">{say('isNew')}</Chip>}
        </div>
        <p className="text-sm text-soft">
          <time dateTime={at} title={dateTime(at)}>
            {say('at', { day: capital(day(at)), time: time(at) })}
          </time>
          {post && (
            <>
              {' · '}
              {say('about')} <BidiText>{post.title}</BidiText>
            </>
          )}
        </p>
      </div>
      {message !== undefined && (
        <p className="col-span-2 whitespace-pre-wrap [overflow-wrap:anywhere] sm:col-start-2 sm:col-span-1">
          <BidiText>{message}</BidiText>
        </p>
      )}
      <div className="col-span-2 empty:hidden sm:col-start-2 sm:col-span-1">
        <NoticeButtons notice={notice} />
      </div>
    </article>
  )
}

/** At the beginning of a line; Persian has no capitals. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
