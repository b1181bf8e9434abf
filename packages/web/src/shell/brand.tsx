import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import mark from '../ui/mark.svg'
import { shellWords } from './words.ts'

/** The mark and the name. */
export function Brand(): ReactNode {
  const say = useWords(shellWords)
  return (
    <span className="inline-flex items-center gap-2 text-lg font-bold">
      <img src={mark} alt="" width={28} height={28} />
      {say('brand')}
    </span>
  )
}
