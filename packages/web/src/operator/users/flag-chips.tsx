import type { ReactNode } from 'react'
import { type ListedUser, USER_FLAGS } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip } from '../../ui/chip.tsx'
import { operatorWords } from '../words.ts'

const TONES = { blacklisted: 'bad', developer: 'accent', operator: 'app' } as const

export function FlagChips({ user }: { user: ListedUser }): ReactNode {
  const say = useWords(operatorWords)
  const has = USER_FLAGS.filter((flag) => user[flag])
  if (has.length === 0) return <span className="text-soft max-md:hidden">–</span>
  return (
    <span className="flex flex-wrap gap-1.5">
      {has.map((flag) => (
        <Chip key={flag} tone={TONES[flag]}>
          {say(`flag.${flag}`)}
        </Chip>
      ))}
    </span>
  )
}
