import { useMutation } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { snapshotName } from './snapshot-name.ts'
import { snapshotWords } from './snapshot-words.ts'

/** Takes a snapshot's file; the server checks all of it before it counts. */
export function UploadSnapshot({ onTaken }: { onTaken: () => Promise<void> }): ReactNode {
  const say = useWords(snapshotWords)
  const input = useRef<HTMLInputElement>(null)
  const upload = useMutation({ mutationFn: send, onSuccess: onTaken })
  return (
    <div className="grid gap-2">
      <input
        ref={input}
        type="file"
        accept=".charsu-snapshot,application/gzip"
        aria-label={say('upload')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) upload.mutate(file)
        }}
      />
      <Button
        kind="quiet"
        busy={upload.isPending}
        icon={<Upload className="size-4" />}
        onClick={() => input.current?.click()}
      >
        {say('upload')}
      </Button>
      {upload.isError && (
        <p role="alert" className="text-sm text-bad">
          {say('uploadFailed', { why: upload.error.message })}
        </p>
      )}
    </div>
  )
}

/** Not by the pages' request function, whose bodies are JSON. */
async function send(file: File): Promise<void> {
  const answer = await fetch(`/dev/v1/snapshots/${snapshotName(file.name)}/file`, {
    method: 'PUT',
    headers: { 'content-type': 'application/gzip' },
    body: file,
  })
  if (answer.ok) return
  const said = (await answer.json().catch(() => ({}))) as { message?: string }
  throw new Error(said.message ?? `HTTP ${answer.status}`)
}
