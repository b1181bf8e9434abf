import { PERMISSION_NAMES, PERMISSIONS, SERVED_PERMISSIONS } from '@charsu/protocol/permissions'
import { SCOPE_NAMES, SCOPES } from '@charsu/protocol/scope-catalogue'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { AppDetails } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { permissionWords } from '../../desk/permission-words.ts'
import { scopeWords } from '../../desk/scope-words.ts'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { SaveBar } from '../frame/save-bar.tsx'
import { consoleWords } from '../words.ts'
import { ApprovalPanel } from './approval-panel.tsx'
import { type NameState, NamesPanel } from './names-panel.tsx'
import { accessWords } from './words.ts'

const SERVED: ReadonlySet<string> = new Set(SERVED_PERMISSIONS)

const lifecycleOf = (entries: readonly { slug: string; lifecycle_state: string }[]) =>
  new Map(entries.map(({ slug, lifecycle_state }) => [slug, lifecycle_state]))
const PERMISSION_LIFE = lifecycleOf(PERMISSIONS)
const SCOPE_LIFE = lifecycleOf(SCOPES)

const namesOf = (asked: AppDetails['permissions']): ReadonlySet<string> =>
  new Set(asked.map(({ name }) => name))
const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && a.isSubsetOf(b)

export function PermissionsPage(): ReactNode {
  const app = useThisApp()
  const say = useWords(consoleWords)
  const sayAccess = useWords(accessWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const save = useChange<AppDetails>()
  const saved = { permissions: namesOf(app.permissions), scopes: namesOf(app.scopes) }
  const [permissions, setPermissions] = useState(saved.permissions)
  const [scopes, setScopes] = useState(saved.scopes)
  const isDirty = !isSame(permissions, saved.permissions) || !isSame(scopes, saved.scopes)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const body = { permissions: [...permissions], scopes: [...scopes] }
    save.mutate(
      { method: 'PATCH', path: appPath(app.slug), body },
      { onSuccess: () => toast({ text: say('saved') }) },
    )
  }
  const stateOf =
    (asked: AppDetails['permissions'], life: ReadonlyMap<string, string>) =>
    (name: string): NameState => ({
      approved: asked.find((each) => each.name === name)?.approved ?? null,
      isServed: asked !== app.permissions || SERVED.has(name),
      life: life.get(name.toUpperCase()) ?? 'ACTIVE',
    })
  return (
    <form onSubmit={submit} className="grid gap-6">
      <PageHead title={say('sections.permissions')} />
      <ApprovalPanel isDirty={isDirty} />
      <NamesPanel
        title={sayAccess('permissions')}
        text={sayAccess('permissionsText')}
        footnote={sayAccess('loses')}
        words={permissionWords}
        names={PERMISSION_NAMES}
        chosen={permissions}
        isDevelopment={app.development}
        stateOf={stateOf(app.permissions, PERMISSION_LIFE)}
        onChange={setPermissions}
      />
      <NamesPanel
        title={sayAccess('scopes')}
        text={sayAccess('scopesText')}
        words={scopeWords}
        names={SCOPE_NAMES}
        chosen={scopes}
        isDevelopment={app.development}
        stateOf={stateOf(app.scopes, SCOPE_LIFE)}
        onChange={setScopes}
      />
      <SaveBar
        isDirty={isDirty}
        busy={save.isPending}
        failure={save.error ? failureWords(sayUi, save.error) : undefined}
        onDiscard={() => {
          setPermissions(saved.permissions)
          setScopes(saved.scopes)
          save.reset()
        }}
      />
    </form>
  )
}
