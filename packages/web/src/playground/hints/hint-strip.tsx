import { Check, X } from 'lucide-react'
import { type ReactNode, useCallback, useState } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { playgroundWords } from '../words.ts'
import { HINTS, type Hint, type HintsSeen, keepHints, readHints } from './hint-store.ts'

export interface Hints extends HintsSeen {
  /** A step was taken, in whatever order. */
  take: (hint: Hint) => void
  dismiss: () => void
}

export function useHints(): Hints {
  const [seen, setSeen] = useState<HintsSeen>(() => readHints(() => localStorage))
  const keep = useCallback((change: (before: HintsSeen) => HintsSeen) => {
    setSeen((before) => {
      const next = change(before)
      if (next !== before) keepHints(() => localStorage, next)
      return next
    })
  }, [])
  const take = useCallback(
    (hint: Hint) =>
      keep((before) =>
        before.dismissed || before.done.includes(hint) ? before : { ...before, done: [...before.done, hint] },
      ),
    [keep],
  )
  const dismiss = useCallback(() => keep((before) => ({ ...before, dismissed: true })), [keep])
  return { ...seen, take, dismiss }
}

/** Three steps for the first minutes; once taken or sent away they never come back. */
export function HintStrip({ hints, onCompose }: { hints: Hints; onCompose: () => void }): ReactNode {
  const say = useWords(playgroundWords)
  const format = useFormat()
  if (hints.dismissed) return null
  const next = HINTS.find((hint) => !hints.done.includes(hint))
  return (
    <aside
      aria-label={say('hints.label')}
      className="flex items-center gap-2 border-b border-line bg-accent-soft ps-4 pe-1 text-sm"
    >
      {next === undefined ? (
        <div className="flex min-h-11 grow flex-wrap items-center gap-x-3 gap-y-1 py-1">
          <span className="font-semibold">{say('hints.all')}</span>
          <Button
            kind="main"
            size="small"
            onClick={() => {
              hints.dismiss()
              onCompose()
            }}
          >
            {say('hints.compose')}
          </Button>
        </div>
      ) : (
        <ol className="flex min-h-11 grow flex-wrap items-center gap-x-6 gap-y-1 py-1.5">
          {HINTS.map((hint, i) => {
            const done = hints.done.includes(hint)
            return (
              <li
                key={hint}
                className={classNames(
                  'items-center gap-2',
                  // A narrow window has room for the next step alone.
                  hint === next ? 'flex font-semibold' : 'hidden text-soft sm:flex',
                )}
              >
                <span
                  className={classNames(
                    'grid size-6 shrink-0 place-items-center rounded-full text-xs font-bold',
                    done || hint === next ? 'bg-accent text-on-accent' : 'bg-paper text-soft',
                  )}
                >
                  {done ? (
                    <Check aria-label={say('hints.done')} className="size-3.5" />
                  ) : (
                    format.number(i + 1)
                  )}
                </span>
                {say(`hints.${hint}`)}
              </li>
            )
          })}
        </ol>
      )}
      <IconButton label={say('hints.dismiss')} onClick={hints.dismiss}>
        <X />
      </IconButton>
    </aside>
  )
}
