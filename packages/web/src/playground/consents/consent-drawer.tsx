import type { ReactNode } from 'react'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import type { Go } from '../place.ts'
import type { Scene } from '../scene.ts'
import { AskConsent } from './ask-consent.tsx'
import { consentWords } from './consent-words.ts'
import { GivenGrants } from './given-grants.tsx'

export interface ConsentDrawerProps {
  here: Surroundings
  scene: Scene | null
  app: string | null
  go: Go
}

/** What people allow the app: asked for, given, looked at and taken back. */
export function ConsentDrawer({ here, scene, app, go }: ConsentDrawerProps): ReactNode {
  const say = useWords(consentWords)
  const people = scene ? [scene.seller, scene.buyer] : here.people.slice(0, 2)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && go({ drawer: null })}
      shape="drawer"
      title={say('title')}
      {...(app !== null && { description: say('text', { app }) })}
    >
      {app === null ? (
        <p className="text-soft">{say('noApp')}</p>
      ) : (
        <div className="grid gap-8">
          <AskConsent
            here={here}
            first={people[0]?.host_id ?? ''}
            app={app}
            onSettings={() => go({ drawer: 'app' })}
          />
          <GivenGrants people={people} app={app} />
        </div>
      )}
    </Dialog>
  )
}
