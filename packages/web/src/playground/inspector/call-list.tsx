import { Bell, MessageSquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { ExchangeCard } from './exchange-card.tsx'
import type { CallPart } from './story-steps.ts'
import { usePersonName } from './use-person-name.ts'
import { inspectorWords } from './words.ts'

export interface CallListProps {
  calls: readonly CallPart[]
  onSelectMessage: (messageId: string) => void
}

/** What an app called because of something, and what came of that. */
export function CallList({ calls, onSelectMessage }: CallListProps): ReactNode {
  const say = useWords(inspectorWords)
  const nameOf = usePersonName()
  if (calls.length === 0) return null
  return (
    <ol className="grid gap-2 border-s-2 border-app-soft ps-3">
      {calls.map(({ exchange, by, messageId, notices }) => (
        <li key={exchange.id} className="grid min-w-0 gap-1">
          <p className="text-xs font-semibold text-app">{say('call.by', { app: exchange.app ?? '–' })}</p>
          <ExchangeCard exchange={exchange} isLikely={by === 'time'}>
            {messageId !== null && (
              <div className="flex flex-wrap items-center gap-2 border-t border-line ps-3 pe-1 text-sm">
                <MessageSquare aria-hidden="true" className="size-4 text-soft" />
                {say('call.result')}
                <Button
                  kind="quiet"
                  size="small"
                  className="ms-auto text-accent"
                  onClick={() => onSelectMessage(messageId)}
                >
                  {say('toMessage')}
                </Button>
              </div>
            )}
            {notices.map((notice) => (
              <div
                key={notice.notice_id}
                className="flex flex-wrap items-center gap-2 border-t border-line p-3 text-sm"
              >
                <Bell aria-hidden="true" className="size-4 text-soft" />
                {say('call.notice', { who: nameOf(notice.user) })}
                {notice.text !== null && <BidiText className="text-soft">{notice.text}</BidiText>}
              </div>
            ))}
          </ExchangeCard>
        </li>
      ))}
    </ol>
  )
}
