import { FileKey2, History, SlidersHorizontal } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Brand } from '../../shell/brand.tsx'
import { PreferencesMenu } from '../../shell/preferences-menu.tsx'
import { Button } from '../../ui/button.tsx'
import type { Drawer, Go } from '../place.ts'
import type { Scene } from '../scene.ts'
import { playgroundWords } from '../words.ts'
import { AppPicker } from './app-picker.tsx'
import { ConversationPicker } from './conversation-picker.tsx'
import { ElsewhereMenu } from './elsewhere-menu.tsx'
import { FaultChip } from './fault-chip.tsx'

export interface PlaygroundHeaderProps {
  here: Surroundings
  scene: Scene | null
  app: string | null
  go: Go
  onNewConversation: () => void
  onNewApp: () => void
  onFault: () => void
}

const TOOLS = [
  { drawer: 'consents', icon: <FileKey2 /> },
  { drawer: 'app', icon: <SlidersHorizontal /> },
  { drawer: 'snapshots', icon: <History /> },
] as const satisfies readonly { drawer: Drawer; icon: ReactNode }[]

export function PlaygroundHeader(props: PlaygroundHeaderProps): ReactNode {
  const { here, scene, app, go, onNewConversation, onNewApp, onFault } = props
  const say = useWords(playgroundWords)
  return (
    <header className="flex flex-wrap items-center gap-x-2 gap-y-0 border-b border-line bg-paper px-3 py-1.5 min-[1100px]:px-4">
      <h1 className="sr-only me-2 items-center gap-2 md:not-sr-only md:flex">
        <Brand />
        <span className="text-soft">{say('title')}</span>
      </h1>
      <span aria-hidden="true" className="me-1 hidden h-7 w-px bg-line md:block" />
      <div className="min-w-0 grow basis-[calc(100%-6rem)] md:grow-0 md:basis-auto">
        <ConversationPicker
          here={here}
          scene={scene}
          onChoose={(conversation) => go({ conversation, message: null })}
          onNew={onNewConversation}
        />
      </div>
      <div className="flex shrink-0 items-center md:order-last">
        <ElsewhereMenu here={here} scene={scene} app={app} />
        <PreferencesMenu />
      </div>
      <AppPicker slugs={here.apps} app={app} onChoose={(slug) => go({ app: slug })} onNew={onNewApp} />
      {app !== null && (
        <FaultChip
          slug={app}
          scene={scene}
          onOpen={() => go({ panel: 'faults', view: 'faults' })}
          onFault={onFault}
        />
      )}
      <nav aria-label={say('tools.label')} className="ms-auto flex items-center">
        {TOOLS.map(({ drawer, icon }) => (
          <Button
            key={drawer}
            kind="quiet"
            aria-label={say(`tools.${drawer}`)}
            title={say(`tools.${drawer}`)}
            icon={icon}
            onClick={() => go({ drawer })}
            className="px-3 text-sm text-soft [&_svg]:size-5 [&_svg]:shrink-0"
          >
            <span className="hidden min-[1280px]:inline">{say(`tools.${drawer}`)}</span>
          </Button>
        ))}
      </nav>
    </header>
  )
}
