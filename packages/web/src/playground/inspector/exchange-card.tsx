import { ChevronDown } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import type { Exchange } from '../../api/development/story-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { ExchangeActions } from './exchange-actions.tsx'
import { FaultChip, LikelyChip, OlderChip } from './exchange-chips.tsx'
import { ExchangeContents } from './exchange-contents.tsx'
import { StatusChip } from './status-chip.tsx'
import { inspectorWords } from './words.ts'

export interface ExchangeCardProps {
  exchange: Exchange
  /** What it was, such as "Attempt 2"; the call itself by default. */
  title?: string
  isLikely?: boolean
  children?: ReactNode
}

/** One call: what, how it ended and how long it took; opened, all that was said, and what can be done with it. */
export function ExchangeCard({ exchange, title, isLikely = false, children }: ExchangeCardProps): ReactNode {
  const say = useWords(inspectorWords)
  const format = useFormat()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const { answer, failure } = exchange
  return (
    <div className="min-w-0 rounded-normal border border-line bg-paper">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        title={say('show')}
        onClick={() => setOpen(!isOpen)}
        className="grid min-h-11 w-full gap-1 rounded-normal px-3 py-2.5 text-start hover:bg-sunken"
      >
        <span className="flex min-w-0 items-start gap-2">
          <span className="flex min-w-0 grow flex-wrap items-center gap-2">
            <StatusChip status={answer?.status ?? null} />
            <span className="text-sm font-semibold">{title ?? operationOf(exchange)}</span>
            {isLikely && <LikelyChip />}
            {exchange.older_form && <OlderChip />}
            {exchange.fault && <FaultChip fault={exchange.fault} />}
          </span>
          <span className="flex shrink-0 items-center gap-2">
            <span className="text-xs text-soft tabular-nums">{format.duration(exchange.ms)}</span>
            <ChevronDown
              aria-hidden="true"
              className={classNames('size-4 text-soft transition-transform', isOpen && 'rotate-180')}
            />
          </span>
        </span>
        <code className="block truncate text-xs text-soft" title={exchange.url}>
          {exchange.method} {shortUrl(exchange)}
        </code>
        {failure && (
          <bdi dir="ltr" className="w-full text-start text-xs break-words text-bad">
            {failure.stage}: {failure.reason}
          </bdi>
        )}
      </button>
      <div id={id} hidden={!isOpen} className="border-t border-line">
        {isOpen && (
          <>
            <ExchangeActions exchange={exchange} />
            <ExchangeContents exchange={exchange} />
          </>
        )}
      </div>
      {children}
    </div>
  )
}

/** Without the name of its service, which the path tells as well. */
const operationOf = ({ operation, refs, kind }: Exchange): string =>
  operation?.replace(/^\w+?_/, '') ?? refs.event_type ?? kind

/** Where it went, without what is the same in all of them. */
function shortUrl({ url, direction }: Exchange): string {
  if (direction === 'from_app') return url.replace(/^\/(v\d|experimental)\/open-platform/, '…')
  return URL.canParse(url) ? new URL(url).pathname : url
}
