import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { LoadedSnapshot, Snapshot } from '../../api/development/development-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import type { Go } from '../place.ts'
import { SnapshotCard } from './snapshot-card.tsx'
import { snapshotWords } from './snapshot-words.ts'
import { UploadSnapshot } from './upload-snapshot.tsx'

export const SNAPSHOTS = '/dev/v1/snapshots'
export const SNAPSHOT_KEY = ['snapshots'] as const

/** By the reader's own clock, as the list tells it. */
const freshName = (): string => {
  const now = new Date()
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000)
  return `playground-${local.toISOString().slice(0, 19).replaceAll(':', '-').replace('T', '-')}`
}

const isTaken = (error: unknown): boolean => error instanceof ApiFailure && error.reason === 'SNAPSHOT_EXISTS'

/** The marketplace as it was: saved, put back to, handed on. */
export function SnapshotDrawer({ go, onLoaded }: { go: Go; onLoaded: () => Promise<void> }): ReactNode {
  const say = useWords(snapshotWords)
  const sayUi = useWords(uiWords)
  const request = useDevelopment()
  const queries = useQueryClient()
  const [name, setName] = useState(freshName)
  const [toLoad, setToLoad] = useState<Snapshot | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: SNAPSHOT_KEY,
    queryFn: async ({ signal }) =>
      (await request<{ snapshots: Snapshot[] }>('GET', SNAPSHOTS, { signal })).snapshots,
  })
  const listAnew = (): Promise<void> => queries.invalidateQueries({ queryKey: SNAPSHOT_KEY })
  const save = useMutation({
    mutationFn: () => request<Snapshot>('POST', SNAPSHOTS, { body: { name } }),
    async onSuccess() {
      setName(freshName())
      await listAnew()
    },
  })
  const load = useMutation({
    mutationFn: (snapshot: Snapshot) =>
      request<LoadedSnapshot>('POST', `${SNAPSHOTS}/${encodeURIComponent(snapshot.name)}/load`),
    onSuccess: onLoaded,
    onSettled: () => setToLoad(null),
  })
  const snapshots = data?.toSorted((a, b) => (b.made_at ?? '').localeCompare(a.made_at ?? ''))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !load.isPending && go({ drawer: null })}
      shape="drawer"
      title={say('title')}
      description={say('text')}
    >
      <div className="grid gap-6">
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate()
          }}
        >
          <Field
            label={say('name')}
            hint={say('nameHint')}
            error={
              save.isError
                ? isTaken(save.error)
                  ? say('exists')
                  : failureWords(sayUi, save.error)
                : undefined
            }
          >
            {(control) => (
              <TextInput
                {...control}
                dir="ltr"
                required
                pattern="[a-z0-9][a-z0-9_.\-]{0,63}"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Button kind="main" type="submit" busy={save.isPending}>
            {say('save')}
          </Button>
        </form>
        {load.isSuccess && (
          <div role="status" className="grid gap-1 rounded-normal bg-good-soft p-3 text-sm">
            <p className="font-semibold text-good">{say('loaded', { name: load.data.name })}</p>
            {load.data.apps_with_other_credentials.length > 0 && (
              <p>{say('otherCredentials', { apps: load.data.apps_with_other_credentials.join(', ') })}</p>
            )}
          </div>
        )}
        {load.isError && (
          <p role="alert" className="rounded-normal bg-bad-soft p-3 text-sm text-bad">
            {failureWords(sayUi, load.error)}
          </p>
        )}
        {snapshots === undefined ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : (
            <LoadingRows count={2} />
          )
        ) : snapshots.length === 0 ? (
          <EmptyState icon={<History />} title={say('none')}>
            {say('noneText')}
          </EmptyState>
        ) : (
          <ul className="grid gap-3">
            {snapshots.map((snapshot) => (
              <SnapshotCard
                key={snapshot.name}
                snapshot={snapshot}
                onLoad={() => setToLoad(snapshot)}
                onRemoved={listAnew}
              />
            ))}
          </ul>
        )}
        <UploadSnapshot onTaken={listAnew} />
      </div>
      <ConfirmDialog
        open={toLoad !== null}
        onOpenChange={(open) => !open && !load.isPending && setToLoad(null)}
        title={say('loadTitle', { name: toLoad?.name ?? '' })}
        confirm={say('load')}
        dangerous
        busy={load.isPending}
        onConfirm={() => toLoad && load.mutate(toLoad)}
      >
        {say('loadText')}
      </ConfirmDialog>
    </Dialog>
  )
}
