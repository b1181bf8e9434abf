import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Spinner } from '../ui/spinner.tsx'
import { playgroundWords } from './words.ts'

/** Stands above the page while the server is away, and goes by itself. */
export function AwayBanner(): ReactNode {
  const say = useWords(playgroundWords)
  return (
    <p
      role="alert"
      className="flex flex-wrap items-center justify-center gap-x-2 bg-warn-soft px-4 py-2 text-center text-sm text-warn"
    >
      <Spinner />
      <strong>{say('away.title')}</strong> {say('away.text')}
    </p>
  )
}
