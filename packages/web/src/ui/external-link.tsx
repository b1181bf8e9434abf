import { ExternalLink as Icon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { classNames } from './class-names.ts'
import { uiWords } from './words.ts'

export interface ExternalLinkProps {
  href: string
  className?: string
  children: ReactNode
}

/** Leads to a page of somebody else's in a tab of its own; that page learns nothing of ours. */
export function ExternalLink({ href, className, children }: ExternalLinkProps): ReactNode {
  const say = useWords(uiWords)
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className={classNames(
        'inline-flex items-center gap-1 text-accent underline underline-offset-4',
        className,
      )}
    >
      {children}
      <Icon aria-label={say('opensNewTab')} className="size-3.5 shrink-0" />
    </a>
  )
}
