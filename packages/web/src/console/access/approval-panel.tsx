import type { ReactNode } from 'react'
import type { AppDetails } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { accessWords } from './words.ts'

/** How the app stands with the marketplace, and the way to ask it. */
export function ApprovalPanel({ isDirty }: { isDirty: boolean }): ReactNode {
  const say = useWords(accessWords)
  const sayUi = useWords(uiWords)
  const format = useFormat()
  const toast = useToast()
  const app = useThisApp()
  const submit = useChange<AppDetails>()
  const isNew = [...app.permissions, ...app.scopes].some(({ approved }) => !approved)
  const canAsk = app.submitted_at === null && (app.development || isNew)
  return (
    <Panel
      title={say('approval')}
      description={say(app.development ? 'approvalDevelopment' : 'approvalProduction')}
      actions={
        canAsk && (
          <Button
            kind="main"
            busy={submit.isPending}
            disabled={isDirty}
            onClick={() =>
              submit.mutate(
                { method: 'POST', path: appPath(app.slug, '/submit') },
                {
                  onSuccess: () => toast({ text: say('submitted') }),
                  onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
                },
              )
            }
          >
            {say('submit')}
          </Button>
        )
      }
    >
      {app.submitted_at !== null ? (
        <Callout title={say('waiting', { when: format.ago(app.submitted_at) })} />
      ) : (
        !canAsk && <Callout tone="good" title={say('nothingNew')} />
      )}
    </Panel>
  )
}
