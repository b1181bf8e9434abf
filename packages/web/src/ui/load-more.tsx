import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Button } from './button.tsx'
import { dataWords } from './data-words.ts'

export interface LoadMoreProps {
  /** There is another page. */
  has: boolean
  busy: boolean
  onMore: () => void
  /** The page before was searched and held nothing. */
  isSearching?: boolean
}

/** The next page of a list, at its end. */
export function LoadMore({ has, busy, onMore, isSearching = false }: LoadMoreProps): ReactNode {
  const say = useWords(dataWords)
  if (!has) return null
  return (
    <div className="flex justify-center p-4">
      <Button icon={<ChevronDown className="size-4" />} busy={busy} onClick={onMore}>
        {say(isSearching ? 'searchOn' : 'more')}
      </Button>
    </div>
  )
}
