import type { ReactNode } from 'react'
import type { ListedApp } from '../../api/console/console-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip } from '../../ui/chip.tsx'
import { consoleWords } from '../words.ts'

/** Whether an app is for trying out or for everybody, and whether the marketplace has been asked. */
export function AppStateChip({ app }: { app: Pick<ListedApp, 'development' | 'submitted_at'> }): ReactNode {
  const say = useWords(consoleWords)
  return (
    <>
      {app.development ? (
        <Chip tone="warn">{say('state.development')}</Chip>
      ) : (
        <Chip tone="good">{say('state.production')}</Chip>
      )}
      {app.submitted_at !== null && <Chip tone="accent">{say('state.waiting')}</Chip>}
    </>
  )
}
