import type { ReactNode } from 'react'
import type { Person } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { operatorWords } from '../words.ts'
import { RowLink } from './row-link.tsx'

/** Somebody by their name, or by their id where they have none; who was deleted has neither. */
export function PersonLink({ person }: { person: Person | null }): ReactNode {
  const say = useWords(operatorWords)
  if (person === null) return <span className="text-soft">{say('noOwner')}</span>
  return (
    <RowLink to="/operator/users/$hostId" params={{ hostId: person.host_id }}>
      <BidiText>{person.name || person.host_id}</BidiText>
    </RowLink>
  )
}
