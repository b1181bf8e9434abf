import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { ExternalLink } from '../../ui/external-link.tsx'
import { consoleWords } from '../words.ts'

/** The name of what went wrong, and the page that tells its cause and fix. */
export function ReasonLine({ reason, help }: { reason: string | null; help: string | null }): ReactNode {
  const say = useWords(consoleWords)
  if (reason === null) return <span className="text-soft">{say('none')}</span>
  if (help === null) return <code className="text-sm">{reason}</code>
  return (
    <ExternalLink href={help} className="text-sm">
      <code>{reason}</code>
      <span className="sr-only">{say('help')}</span>
    </ExternalLink>
  )
}
