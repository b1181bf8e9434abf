import type { ReactNode } from 'react'
import type { OperatedApp } from '../../api/operator/operator-shapes.ts'
import { permissionWords } from '../../desk/permission-words.ts'
import { scopeWords } from '../../desk/scope-words.ts'
import { useWords } from '../../i18n/use-words.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { appsWords } from './words.ts'

export type Decision = 'approve' | 'withdraw' | 'decline'

export interface DecisionDialogProps {
  app: OperatedApp
  /** Null while nothing is asked. */
  decision: Decision | null
  scopes: ReadonlySet<string>
  permissions: ReadonlySet<string>
  busy: boolean
  onClose: () => void
  onConfirm: (decision: Decision) => void
}

/** Says once more, in words, what will be allowed or end. */
export function DecisionDialog(props: DecisionDialogProps): ReactNode {
  const { app, decision, scopes, permissions, busy, onClose, onConfirm } = props
  const say = useWords(appsWords)
  const asked = decision ?? 'approve'
  return (
    <ConfirmDialog
      open={decision !== null}
      onOpenChange={(open) => !open && onClose()}
      title={say(`${asked}Title`, { app: app.display_name })}
      confirm={say(asked)}
      dangerous={asked !== 'approve'}
      busy={busy}
      onConfirm={() => onConfirm(asked)}
    >
      <p>{say(`${asked}Text`)}</p>
      {asked === 'approve' && <Allowed app={app} scopes={scopes} permissions={permissions} />}
    </ConfirmDialog>
  )
}

function Allowed({
  app,
  scopes,
  permissions,
}: Pick<DecisionDialogProps, 'app' | 'scopes' | 'permissions'>): ReactNode {
  const say = useWords(appsWords)
  const sayPermission = useWords(permissionWords)
  const sayScope = useWords(scopeWords)
  const all = [
    ...app.permissions.map(({ name }) => ({
      key: `permission ${name}`,
      text: sayPermission(name),
      isIn: permissions.has(name),
    })),
    ...app.scopes.map(({ name }) => ({ key: `scope ${name}`, text: sayScope(name), isIn: scopes.has(name) })),
  ]
  const allowed = all.filter(({ isIn }) => isIn)
  const refused = all.filter(({ isIn }) => !isIn)
  return (
    <div className="mt-3 grid gap-3">
      {allowed.length > 0 ? (
        <Listed title={say('approvedNote')} items={allowed} />
      ) : (
        <p className="font-semibold text-warn">{say('approvedNothing')}</p>
      )}
      {refused.length > 0 && <Listed title={say('notAllowed')} items={refused} />}
    </div>
  )
}

const Listed = ({ title, items }: { title: string; items: readonly { key: string; text: string }[] }) => (
  <div>
    <p className="font-semibold text-ink">{title}</p>
    <ul className="list-disc ps-5">
      {items.map(({ key, text }) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  </div>
)
