import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { appQuery } from '../../api/development/app-credentials.ts'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import type { Go } from '../place.ts'
import { AppForm } from './app-form.tsx'
import { appWords } from './app-words.ts'
import { Credentials } from './credentials.tsx'
import { NewApp } from './new-app.tsx'
import { QueueState } from './queue-state.tsx'
import { Touchpoints } from './touchpoints.tsx'

export interface AppDrawerProps {
  here: Surroundings
  app: string | null
  /** A new app is to be made. */
  beginNew: boolean
  go: Go
}

/** An app of this machine: its addresses, credentials, places and deliveries; or a new one. */
export function AppDrawer({ here, app, beginNew, go }: AppDrawerProps): ReactNode {
  const say = useWords(appWords)
  const [makingNew, setMakingNew] = useState(beginNew)
  const isNew = makingNew || app === null
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && go({ drawer: null })}
      shape="drawer"
      title={say(isNew ? 'newTitle' : 'title')}
      description={app === null || isNew ? say('newText') : say('text', { app })}
    >
      {app === null || isNew ? (
        <div className="grid gap-5">
          <NewApp
            onMade={(slug) => {
              setMakingNew(false)
              go({ app: slug })
            }}
          />
          {app !== null && (
            <Button kind="quiet" onClick={() => setMakingNew(false)}>
              {say('backToApp', { app })}
            </Button>
          )}
        </div>
      ) : (
        <Settings key={app} here={here} app={app} onNew={() => setMakingNew(true)} />
      )}
    </Dialog>
  )
}

function Settings({ here, app, onNew }: { here: Surroundings; app: string; onNew: () => void }): ReactNode {
  const say = useWords(appWords)
  const request = useDevelopment()
  const { data, error, refetch } = useQuery(appQuery(request, app))
  const developer = here.people.find((person) => person.developer)
  if (data === undefined) {
    return (
      <>
        {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingRows />}
        <Button onClick={onNew}>{say('makeNew')}</Button>
      </>
    )
  }
  return (
    <div className="grid gap-8">
      <QueueState slug={app} />
      <Credentials app={data} />
      <AppForm app={data} />
      {developer && <Touchpoints slug={app} developer={developer.host_id} />}
      <Button onClick={onNew}>{say('makeNew')}</Button>
    </div>
  )
}
