import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { classNames } from '../../ui/class-names.ts'
import { chatWords } from '../words.ts'

/** The way back to the list. */
export function BackToList({ className }: { className?: string }): ReactNode {
  const say = useWords(chatWords)
  return (
    <Link
      to="/chat"
      aria-label={say('back')}
      title={say('back')}
      className={classNames(
        'inline-grid size-11 shrink-0 place-items-center rounded-normal text-soft hover:bg-sunken hover:text-ink',
        className,
      )}
    >
      <ArrowLeft aria-hidden="true" className="points size-5" />
    </Link>
  )
}
