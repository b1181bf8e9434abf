import { type ReactNode, useState } from 'react'
import type { AskedName, OperatedApp } from '../../api/operator/operator-shapes.ts'
import { CheckRow } from '../../desk/check-row.tsx'
import { permissionWords } from '../../desk/permission-words.ts'
import { scopeWords } from '../../desk/scope-words.ts'
import type { Words } from '../../i18n/define-words.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useChange } from '../frame/operator-queries.ts'
import { type Decision, DecisionDialog } from './decision-dialog.tsx'
import { appsWords } from './words.ts'

/** A new app is marked with all that it asks for, one that was decided on with what it has. */
const marked = (app: OperatedApp, names: readonly AskedName[]): ReadonlySet<string> =>
  new Set(names.filter(({ approved }) => approved || app.development).map(({ name }) => name))

/** What an app may do: marked name by name, approved or taken back after one more look. */
export function DecisionPanel({ app }: { app: OperatedApp }): ReactNode {
  const say = useWords(appsWords)
  const sayFailure = useWords(uiWords)
  const toast = useToast()
  const change = useChange<OperatedApp>()
  const [scopes, setScopes] = useState(() => marked(app, app.scopes))
  const [permissions, setPermissions] = useState(() => marked(app, app.permissions))
  const [asked, setAsked] = useState<Decision | null>(null)
  const decide = (decision: Decision): void => {
    const body =
      decision === 'approve'
        ? { approved: true, scopes: [...scopes], permissions: [...permissions] }
        : { approved: false }
    const path = `/apps/${encodeURIComponent(app.slug)}/approval`
    change.mutate(
      { method: 'PUT', path, body },
      {
        onSuccess: () => toast({ text: say('done', { app: app.display_name }) }),
        onError: (error) => toast({ text: failureWords(sayFailure, error), tone: 'bad' }),
        onSettled: () => setAsked(null),
      },
    )
  }
  return (
    <Panel title={say('decision')} description={say('decisionText')}>
      <div className="grid gap-6 lg:grid-cols-2">
        <Names
          title={say('permissions')}
          names={app.permissions}
          words={permissionWords}
          chosen={permissions}
          onChange={setPermissions}
        />
        <Names
          title={say('scopes')}
          names={app.scopes}
          words={scopeWords}
          chosen={scopes}
          onChange={setScopes}
        />
      </div>
      <div className="mt-6 flex flex-wrap justify-end gap-3 border-t border-line pt-5">
        {app.development
          ? app.submitted_at !== null && (
              <Button kind="danger" onClick={() => setAsked('decline')}>
                {say('decline')}
              </Button>
            )
          : app.state !== 'withdrawn' && (
              <Button kind="danger" onClick={() => setAsked('withdraw')}>
                {say('withdraw')}
              </Button>
            )}
        <Button kind="main" onClick={() => setAsked('approve')}>
          {say(app.state === 'approved' ? 'approveChanged' : 'approve')}
        </Button>
      </div>
      <DecisionDialog
        app={app}
        decision={asked}
        scopes={scopes}
        permissions={permissions}
        busy={change.isPending}
        onClose={() => setAsked(null)}
        onConfirm={decide}
      />
    </Panel>
  )
}

interface NamesProps {
  title: string
  names: readonly AskedName[]
  words: Words<Record<string, string>>
  chosen: ReadonlySet<string>
  onChange: (chosen: ReadonlySet<string>) => void
}

function Names({ title, names, words, chosen, onChange }: NamesProps): ReactNode {
  const say = useWords(appsWords)
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 flex w-full items-center gap-2 font-semibold">{title}</legend>
      {names.length === 0 ? (
        <p className="py-2 text-soft">{say('nothingAsked')}</p>
      ) : (
        names.map(({ name, approved }) => (
          <CheckRow
            key={name}
            words={words}
            name={name}
            checked={chosen.has(name)}
            onChange={(isIn) =>
              onChange(new Set(isIn ? [...chosen, name] : [...chosen].filter((each) => each !== name)))
            }
          >
            {approved && <Chip tone="good">{say('allowed')}</Chip>}
          </CheckRow>
        ))
      )}
    </fieldset>
  )
}
