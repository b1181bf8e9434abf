import { type ReactNode, Suspense } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { LoadingRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { PANELS, type Panel } from './place.ts'
import { playgroundWords } from './words.ts'

export interface SidePanelProps {
  panel: Panel
  onChoose: (panel: Panel) => void
  contents: Readonly<Record<Panel, ReactNode>>
}

/** The column beside the two chats: one of its parts at a time. */
export function SidePanel({ panel, onChoose, contents }: SidePanelProps): ReactNode {
  const say = useWords(playgroundWords)
  return (
    <Tabs
      label={say('panels.label')}
      value={panel}
      onChange={onChoose}
      tabs={PANELS.map((value) => ({
        value,
        label: say(`panels.${value}`),
        content: <Suspense fallback={<LoadingRows count={4} />}>{contents[value]}</Suspense>,
      }))}
    />
  )
}
