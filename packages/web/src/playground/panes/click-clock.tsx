import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { playgroundWords } from '../words.ts'
import type { ClickWatch, WatchedClick } from './watch-clicks.ts'

/** What an app has to answer a click, from the first look-up of its name to the last byte (wire contract §3). */
const DEADLINE_MS = 5_000
const SHOWN_AFTERWARDS_MS = 5_000
const TICK_MS = 33

/** Above a pane's messages: each click that waits for the app, and shortly how it ended. */
export function ClickClocks({ watch }: { watch: ClickWatch }): ReactNode {
  const say = useWords(playgroundWords)
  const clicks = useSyncExternalStore(watch.subscribe, watch.read)
  return (
    <ul
      aria-label={say('clock.label')}
      aria-live="polite"
      className="pointer-events-none absolute inset-x-0 top-full z-10 grid justify-items-center gap-2 p-3 empty:hidden"
    >
      {clicks.map((click) => (
        <ClickClock key={click.id} click={click} watch={watch} />
      ))}
    </ul>
  )
}

function ClickClock({ click, watch }: { click: WatchedClick; watch: ClickWatch }): ReactNode {
  const say = useWords(playgroundWords)
  const passed = usePassed(click)
  const ended = click.outcome !== null
  useForgotten(watch, click.id, ended)
  const tone = toneOf(click, passed)
  return (
    <li className="flex max-w-full animate-rise items-center gap-3 rounded-large border border-line bg-raised py-1.5 ps-2 pe-4 text-sm shadow-raised">
      <Ring share={Math.min(1, passed / DEADLINE_MS)} className={TONE[tone]} />
      <span className={classNames('font-semibold tabular-nums whitespace-nowrap', TONE[tone])}>
        <span aria-hidden={!ended}>{say('clock.ms', { ms: Math.round(passed) })}</span>
      </span>
      <span className="line-clamp-2 min-w-0 text-soft">
        {click.outcome === null
          ? `${say('clock.waiting')} ${say('clock.deadline', { seconds: DEADLINE_MS / 1000 })}`
          : say(`clock.${click.outcome}`)}
        {click.outcome === 'failed' && click.words && (
          <>
            {': '}
            {click.words}
          </>
        )}
      </span>
    </li>
  )
}

const TONE = { good: 'text-good', accent: 'text-accent', warn: 'text-warn', bad: 'text-bad' } as const

function toneOf({ outcome }: WatchedClick, passed: number): keyof typeof TONE {
  if (outcome === null)
    return passed > DEADLINE_MS * 0.8 ? 'bad' : passed > DEADLINE_MS * 0.4 ? 'warn' : 'accent'
  return outcome === 'failed' || outcome === 'refused' || outcome === 'away' ? 'bad' : 'good'
}

/** Milliseconds since the click, counting until it ends. */
function usePassed({ startedAt, endedAt }: WatchedClick): number {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    if (endedAt !== null) return
    const timer = setInterval(() => setNow(performance.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [endedAt])
  return Math.max(0, (endedAt ?? now) - startedAt)
}

function useForgotten(watch: ClickWatch, id: number, ended: boolean): void {
  useEffect(() => {
    if (!ended) return
    const timer = setTimeout(() => watch.forget(id), SHOWN_AFTERWARDS_MS)
    return () => clearTimeout(timer)
  }, [watch, id, ended])
}

const RADIUS = 9
const LENGTH = 2 * Math.PI * RADIUS

function Ring({ share, className }: { share: number; className: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className={classNames('size-6 shrink-0 -rotate-90', className)}
    >
      <circle cx="12" cy="12" r={RADIUS} fill="none" strokeWidth="3" className="stroke-line" />
      <circle
        cx="12"
        cy="12"
        r={RADIUS}
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        stroke="currentColor"
        strokeDasharray={LENGTH}
        strokeDashoffset={LENGTH * (1 - share)}
      />
    </svg>
  )
}
