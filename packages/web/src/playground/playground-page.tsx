import { useQueryClient } from '@tanstack/react-query'
import { Blocks, MessagesSquare } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react'
import { DevelopmentScope } from '../api/development/development-scope.tsx'
import type { Surroundings } from '../api/development/development-shapes.ts'
import { useSurroundings } from '../api/development/surroundings.ts'
import { ApiFailure } from '../api/request.ts'
import { useWords } from '../i18n/use-words.ts'
import { MessagePage } from '../shell/message-page.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState } from '../ui/states.tsx'
import { AwayBanner } from './away-banner.tsx'
import type { Drafts } from './compose/compose-panel.tsx'
import { NewConversation } from './header/new-conversation.tsx'
import { PlaygroundHeader } from './header/playground-header.tsx'
import { HintStrip, useHints } from './hints/hint-strip.tsx'
import { SidePane } from './panes/side-pane.tsx'
import { useTwins } from './panes/twins.ts'
import { isPanel, usePlace } from './place.ts'
import { PlaygroundSkeleton } from './playground-skeleton.tsx'
import { chosenApp, chosenScene } from './scene.ts'
import { SidePanel } from './side-panel.tsx'
import { ViewSwitch } from './view-switch.tsx'
import { playgroundWords } from './words.ts'

const Inspector = lazy(async () => ({
  default: (await import('./inspector/inspector.tsx')).Inspector,
}))
const ComposePanel = lazy(async () => ({
  default: (await import('./compose/compose-panel.tsx')).ComposePanel,
}))

const ConsentDrawer = lazy(async () => ({
  default: (await import('./consents/consent-drawer.tsx')).ConsentDrawer,
}))
const AppDrawer = lazy(async () => ({
  default: (await import('./app-settings/app-drawer.tsx')).AppDrawer,
}))
const FaultsPanel = lazy(async () => ({
  default: (await import('./faults/faults-panel.tsx')).FaultsPanel,
}))
const SnapshotDrawer = lazy(async () => ({
  default: (await import('./snapshots/snapshot-drawer.tsx')).SnapshotDrawer,
}))

/** Both sides of a chat, live, and beside them why everything happened: the first page of a development marketplace. */
export function PlaygroundPage(): ReactNode {
  return (
    <DevelopmentScope>
      <Playground />
    </DevelopmentScope>
  )
}

function Playground(): ReactNode {
  const say = useWords(playgroundWords)
  const { data, error } = useSurroundings()
  if (data) return <PlaygroundOf here={data} away={error !== null} />
  if (error instanceof ApiFailure && error.status === 404) {
    return <MessagePage title={say('title')}>{say('away.noLocal')}</MessagePage>
  }
  return (
    <>
      {error !== null && <AwayBanner />}
      <PlaygroundSkeleton />
    </>
  )
}

const SHOWN = 'flex grow min-[1100px]:flex'
const HIDDEN = 'hidden min-[1100px]:flex'

function PlaygroundOf({ here, away }: { here: Surroundings; away: boolean }): ReactNode {
  const say = useWords(playgroundWords)
  const [place, go] = usePlace()
  const hints = useHints()
  const [beginning, setBeginning] = useState(false)
  const [root, setRoot] = useState<HTMLElement | null>(null)
  useTwins(root)
  const [drafts, setDrafts] = useState<Drafts>({})
  const scene = chosenScene(here, place.conversation)
  const app = chosenApp(here, place.app)
  const { take } = hints
  // Until a message is chosen, the story told is that of the latest one that an app wrote.
  const [latest, setLatest] = useState<string | null>(null)
  const messageId = place.message ?? latest
  const queries = useQueryClient()
  // Counts the marketplaces: what was known of the one before says nothing about the one that was put back.
  const [world, setWorld] = useState(0)
  const reload = useCallback(async () => {
    queries.removeQueries({ queryKey: ['token'] })
    await queries.invalidateQueries()
    setLatest(null)
    setWorld((before) => before + 1)
    go({ message: null })
  }, [queries, go])
  const clicked = useCallback(() => take('click'), [take])
  const faulted = useCallback(() => take('fault'), [take])
  const select = useCallback(
    (message: string) => {
      take('story')
      go({ message, panel: 'story' })
    },
    [go, take],
  )
  return (
    <div className="flex h-dvh flex-col">
      {away && <AwayBanner />}
      <PlaygroundHeader
        here={here}
        scene={scene}
        app={app}
        go={go}
        onNewConversation={() => setBeginning(true)}
        onFault={faulted}
        onNewApp={() => go({ drawer: 'new-app' })}
      />
      <HintStrip hints={hints} onCompose={() => go({ panel: 'compose', view: 'compose' })} />
      <ViewSwitch
        view={place.view}
        onChoose={(view) => go({ view, ...(isPanel(view) && { panel: view }) })}
      />
      <main
        ref={setRoot}
        className="flex min-h-0 grow flex-col min-[1100px]:grid min-[1100px]:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(24rem,1.15fr)] min-[1100px]:gap-3 min-[1100px]:p-3 [&_[data-twin]_[data-bubble]]:ring-2 [&_[data-twin]_[data-bubble]]:ring-accent"
      >
        {scene ? (
          (['buyer', 'seller'] as const).map((side) => (
            <SidePane
              key={`${world} ${side} ${scene.conversation.id}`}
              side={side}
              person={scene[side]}
              conversationId={scene.conversation.id}
              messageId={messageId}
              onSelectMessage={select}
              onClick={clicked}
              {...(side === 'seller' && { onLatest: setLatest })}
              className={place.view === side ? SHOWN : HIDDEN}
            />
          ))
        ) : (
          <section
            className={classNames(
              'items-center justify-center min-[1100px]:col-span-2',
              isPanel(place.view) ? HIDDEN : SHOWN,
            )}
          >
            <EmptyState
              icon={<MessagesSquare />}
              title={say('begin.conversation')}
              action={
                <Button kind="main" onClick={() => setBeginning(true)}>
                  {say('begin.open')}
                </Button>
              }
            >
              {say('begin.conversationText')}
            </EmptyState>
          </section>
        )}
        <section
          aria-label={say('panels.label')}
          className={classNames(
            'min-h-0 min-w-0 flex-col overflow-hidden bg-paper min-[1100px]:rounded-large min-[1100px]:border min-[1100px]:border-line',
            isPanel(place.view) ? SHOWN : HIDDEN,
            // A narrow window has one switch for all parts.
            'max-[1099px]:[&_[role=tablist]]:hidden',
          )}
        >
          <SidePanel
            panel={place.panel}
            onChoose={(panel) => go({ panel })}
            contents={{
              story: <Inspector messageId={messageId} onSelectMessage={select} />,
              compose:
                scene && app !== null ? (
                  <ComposePanel
                    key={`${scene.conversation.id} ${app}`}
                    {...{ here, scene, app, drafts, go }}
                    onDrafts={setDrafts}
                  />
                ) : (
                  <EmptyState
                    icon={<Blocks />}
                    title={say('begin.app')}
                    action={
                      <Button kind="main" onClick={() => go({ drawer: 'new-app' })}>
                        {say('begin.makeApp')}
                      </Button>
                    }
                  >
                    {say('begin.appText')}
                  </EmptyState>
                ),
              faults: app === null ? null : <FaultsPanel key={app} slug={app} scene={scene} />,
            }}
          />
        </section>
      </main>
      <Suspense>
        {place.drawer === 'consents' && <ConsentDrawer {...{ here, scene, app, go }} />}
        {(place.drawer === 'app' || place.drawer === 'new-app') && (
          <AppDrawer {...{ here, app, go }} beginNew={place.drawer === 'new-app'} />
        )}
        {place.drawer === 'snapshots' && <SnapshotDrawer go={go} onLoaded={reload} />}
      </Suspense>
      <NewConversation
        here={here}
        open={beginning}
        onOpenChange={setBeginning}
        onOpened={(conversation) => {
          setBeginning(false)
          go({ conversation, message: null, view: 'buyer' })
        }}
      />
    </div>
  )
}
