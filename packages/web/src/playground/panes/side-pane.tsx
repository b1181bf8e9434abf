import { ExternalLink, ShoppingBag, Store } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { PersonHere } from '../../api/development/development-shapes.ts'
import { ConversationPane } from '../../chat/conversation-pane.tsx'
import { PersonScope } from '../../chat/person-scope.tsx'
import { useTimeline } from '../../chat/use-conversation.ts'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Toasts } from '../../ui/toasts.tsx'
import type { Side } from '../scene.ts'
import { playgroundWords } from '../words.ts'
import { ClickClocks } from './click-clock.tsx'
import { watchClicks } from './watch-clicks.ts'

export interface SidePaneProps {
  side: Side
  person: PersonHere
  conversationId: string
  messageId: string | null
  onSelectMessage: (messageId: string) => void
  /** A click on a button has begun. */
  onClick: () => void
  /** Told of the latest message that an app wrote. */
  onLatest?: (messageId: string | null) => void
  className?: string
}

/** One side's chat, live, as that person has it, with their own buttons. */
export function SidePane(props: SidePaneProps): ReactNode {
  const { side, person, conversationId, messageId, onSelectMessage, onClick, onLatest, className } = props
  const say = useWords(playgroundWords)
  const [watch] = useState(() =>
    watchClicks(
      (input, init) => fetch(input, init),
      () => performance.now(),
    ),
  )
  useEffect(() => watch.subscribe(onClick), [watch, onClick])
  const base = baseOf(person.host_id)
  const ownWindow = say('ownWindow', { name: person.name })
  return (
    <section
      aria-label={say(`sides.${side}`)}
      className={classNames(
        'min-h-0 min-w-0 flex-col overflow-hidden bg-paper min-[1100px]:rounded-large min-[1100px]:border min-[1100px]:border-line',
        className,
      )}
    >
      <header className="relative flex items-center gap-3 border-b border-line py-2 ps-4 pe-2">
        <span
          className={classNames(
            'grid size-9 place-items-center rounded-full [&_svg]:size-4.5',
            side === 'buyer' ? 'bg-accent-soft text-accent' : 'bg-app-soft text-app',
          )}
        >
          {side === 'buyer' ? <ShoppingBag aria-hidden="true" /> : <Store aria-hidden="true" />}
        </span>
        <div className="min-w-0 grow leading-tight">
          <p className="text-xs font-semibold text-soft">{say(`sides.${side}`)}</p>
          <h2 className="truncate font-semibold">
            <BidiText>{person.name}</BidiText>
          </h2>
        </div>
        <a
          href={`${base}/chat/${conversationId}`}
          target="_blank"
          rel="noopener"
          title={ownWindow}
          aria-label={ownWindow}
          className="grid size-11 place-items-center rounded-normal text-soft hover:bg-sunken hover:text-ink"
        >
          <ExternalLink aria-hidden="true" className="points size-4.5" />
        </a>
        <ClickClocks watch={watch} />
      </header>
      <div className="relative flex min-h-0 grow flex-col">
        <Toasts of={person.name}>
          <div className="flex min-h-0 grow flex-col *:grow">
            <PersonScope base={base} fetch={watch.fetch} restsUnseen>
              <ConversationPane
                conversationId={conversationId}
                selectedMessageId={messageId}
                onSelectMessage={({ id }) => onSelectMessage(id)}
                header={false}
              />
              {onLatest && <LatestOfApp conversationId={conversationId} onLatest={onLatest} />}
            </PersonScope>
          </div>
        </Toasts>
      </div>
    </section>
  )
}

function LatestOfApp({
  conversationId,
  onLatest,
}: {
  conversationId: string
  onLatest: (messageId: string | null) => void
}): null {
  const timeline = useTimeline(conversationId)
  const latest = timeline?.shown.findLast(({ app }) => app)?.id ?? null
  useEffect(() => onLatest(latest), [latest, onLatest])
  return null
}
