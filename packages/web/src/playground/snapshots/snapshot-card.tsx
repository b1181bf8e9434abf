import { useMutation } from '@tanstack/react-query'
import { Download, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Snapshot } from '../../api/development/development-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { uiWords } from '../../ui/words.ts'
import { snapshotWords } from './snapshot-words.ts'

export interface SnapshotCardProps {
  snapshot: Snapshot
  onLoad: () => void
  onRemoved: () => Promise<void>
}

export function SnapshotCard({ snapshot, onLoad, onRemoved }: SnapshotCardProps): ReactNode {
  const say = useWords(snapshotWords)
  const sayUi = useWords(uiWords)
  const format = useFormat()
  const request = useDevelopment()
  const [removing, setRemoving] = useState(false)
  const { name, size_bytes, made_at, counts, problem } = snapshot
  const path = `/dev/v1/snapshots/${encodeURIComponent(name)}`
  const remove = useMutation({
    mutationFn: () => request('DELETE', path),
    onSuccess: onRemoved,
    onSettled: () => setRemoving(false),
  })
  return (
    <li className="grid gap-2 rounded-large border border-line p-4">
      <div>
        <p className="font-semibold break-all" dir="ltr">
          {name}
        </p>
        <p className="text-sm text-soft">
          {made_at && <>{format.dateTime(made_at)} · </>}
          {format.bytes(size_bytes)}
        </p>
        {problem === null ? (
          <p className="text-sm text-soft">
            {say('holds', {
              messages: counts.messages ?? 0,
              apps: counts.apps ?? 0,
              users: counts.users ?? 0,
            })}
          </p>
        ) : (
          <p dir="auto" className="text-sm text-bad">
            {problem}
          </p>
        )}
      </div>
      <div className="flex items-center gap-1">
        <Button size="small" className="me-auto" disabled={problem !== null} onClick={onLoad}>
          {say('load')}
        </Button>
        <a
          href={`${path}/file`}
          download={`${name}.charsu-snapshot`}
          aria-label={`${say('download')} ${name}`}
          title={say('download')}
          className="grid size-11 place-items-center rounded-normal text-soft hover:bg-sunken hover:text-ink"
        >
          <Download aria-hidden="true" className="size-5" />
        </a>
        <IconButton label={`${say('remove')} ${name}`} onClick={() => setRemoving(true)}>
          <Trash2 />
        </IconButton>
      </div>
      {remove.isError && (
        <p role="alert" className="text-sm text-bad">
          {failureWords(sayUi, remove.error)}
        </p>
      )}
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        title={say('removeTitle', { name })}
        confirm={say('remove')}
        dangerous
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        {say('removeText')}
      </ConfirmDialog>
    </li>
  )
}
