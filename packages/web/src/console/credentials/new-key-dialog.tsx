import { Link } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import type { CreatedKey } from '../../api/console/console-shapes.ts'
import { CheckRow } from '../../desk/check-row.tsx'
import { permissionWords } from '../../desk/permission-words.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { withOrWithout } from '../access/chosen-names.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange } from '../frame/console-queries.ts'
import { credentialWords } from './words.ts'

export interface NewKeyDialogProps {
  onClose: () => void
  onMade: (key: CreatedKey) => void
}

export function NewKeyDialog({ onClose, onMade }: NewKeyDialogProps): ReactNode {
  const say = useWords(credentialWords)
  const sayUi = useWords(uiWords)
  const { slug, permissions } = useThisApp()
  const make = useChange<CreatedKey>()
  const form = useId()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(permissions.map((each) => each.name)),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const body = { name, permissions: [...chosen] }
    make.mutate(
      { method: 'POST', path: appPath(slug, '/keys'), body },
      {
        onSuccess: (key) => {
          onClose()
          onMade(key)
        },
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('newKey')}
      footer={
        <Button kind="main" type="submit" form={form} busy={make.isPending} disabled={chosen.size === 0}>
          {say('make')}
        </Button>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-5">
        <Field label={say('name')} hint={say('nameHint')}>
          {(control) => (
            <TextInput
              {...control}
              maxLength={100}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="grid gap-1">
          <legend className="mb-1 text-sm font-semibold">{say('permissions')}</legend>
          <p className="text-sm text-soft">{say('permissionsHint')}</p>
          {permissions.length === 0 && (
            <Link
              to="/console/apps/$slug/permissions"
              params={{ slug } as never}
              className="mt-1 text-accent underline underline-offset-4"
            >
              {say('choosePermissions')}
            </Link>
          )}
          {permissions.map((permission) => (
            <CheckRow
              key={permission.name}
              words={permissionWords}
              name={permission.name}
              checked={chosen.has(permission.name)}
              onChange={(checked) => setChosen((before) => withOrWithout(before, permission.name, checked))}
            />
          ))}
        </fieldset>
        {make.error && (
          <p role="alert" className="text-sm text-bad">
            {failureWords(sayUi, make.error)}
          </p>
        )}
      </form>
    </Dialog>
  )
}
