import { KeyRound, Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { ApiKey, CreatedKey } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange, useConsoleData } from '../frame/console-queries.ts'
import { SecretOnce } from '../frame/secret-once.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { credentialWords } from './words.ts'

/** The app's keys. What a key is, is shown once; afterwards its first letters name it. */
export function KeysPanel(): ReactNode {
  const say = useWords(credentialWords)
  const { slug } = useThisApp()
  const keys = useConsoleData<{ keys: ApiKey[] }>(appPath(slug, '/keys'))
  const [isAsking, setAsking] = useState(false)
  const [made, setMade] = useState<CreatedKey | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const newKey = (
    <Button kind="main" icon={<Plus className="size-4" />} onClick={() => setAsking(true)}>
      {say('newKey')}
    </Button>
  )
  const list = keys.data?.keys ?? []
  return (
    <Panel flush title={say('keys')} description={say('keysText')} actions={list.length > 0 && newKey}>
      {keys.data ? (
        list.length === 0 ? (
          <EmptyState icon={<KeyRound />} title={say('noKeys')} action={newKey}>
            {say('noKeysText')}
          </EmptyState>
        ) : (
          <KeyTable keys={list} onRevoke={setRevoking} />
        )
      ) : keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <LoadingRows count={2} />
      )}
      {isAsking && <NewKeyDialog onClose={() => setAsking(false)} onMade={setMade} />}
      {made && (
        <SecretOnce
          title={say('doneTitle')}
          text={say('doneText')}
          secrets={[{ name: say('key'), value: made.key }]}
          onDone={() => setMade(null)}
        />
      )}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Panel>
  )
}

function KeyTable({
  keys,
  onRevoke,
}: {
  keys: readonly ApiKey[]
  onRevoke: (key: ApiKey) => void
}): ReactNode {
  const say = useWords(credentialWords)
  const format = useFormat()
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      title: say('name'),
      leads: true,
      cell: ({ name, hint }) => (
        <div className="grid">
          {name === '' ? (
            <span className="text-soft">{say('unnamed')}</span>
          ) : (
            <BidiText className="justify-self-start font-semibold">{name}</BidiText>
          )}
          <code className="justify-self-start text-sm text-soft">{hint}…</code>
        </div>
      ),
    },
    {
      key: 'permissions',
      title: say('permissions'),
      cell: ({ permissions }) => (
        <ul className="grid gap-0.5 max-md:justify-items-end">
          {permissions.map((name) => (
            <li key={name}>
              <code className="text-xs break-all">{name}</code>
            </li>
          ))}
        </ul>
      ),
    },
    { key: 'made', title: say('made'), cell: ({ created_at }) => format.dateTime(created_at) },
    {
      key: 'state',
      title: say('state'),
      cell: ({ revoked_at }) =>
        revoked_at === null ? (
          <Chip tone="good">{say('works')}</Chip>
        ) : (
          <Chip>{say('revoked', { when: format.ago(revoked_at) })}</Chip>
        ),
    },
    {
      key: 'do',
      title: '',
      cell: (key) =>
        key.revoked_at === null && (
          <Button
            size="small"
            kind="danger"
            className="max-md:ms-auto max-md:min-h-11"
            onClick={() => onRevoke(key)}
          >
            {say('revoke')}
          </Button>
        ),
    },
  ]
  return <DataTable caption={say('keys')} columns={columns} rows={keys} rowKey={({ id }) => id} />
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }): ReactNode {
  const say = useWords(credentialWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const { slug } = useThisApp()
  const revoke = useChange<ApiKey>()
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('revokeTitle')}
      confirm={say('revoke')}
      dangerous
      busy={revoke.isPending}
      onConfirm={() =>
        revoke.mutate(
          { method: 'DELETE', path: appPath(slug, `/keys/${apiKey.id}`) },
          {
            onSuccess: onClose,
            onError: (error) => toast({ text: failureWords(sayUi, error), tone: 'bad' }),
          },
        )
      }
    >
      <p>
        <BidiText className="font-semibold text-ink">{apiKey.name}</BidiText> <code>{apiKey.hint}…</code>
      </p>
      <p className="mt-2">{say('revokeText')}</p>
    </ConfirmDialog>
  )
}
