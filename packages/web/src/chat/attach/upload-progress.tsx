import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { usePerson } from '../person-scope.tsx'
import type { Outgoing } from '../state/outgoing.ts'
import { attachWords } from './words.ts'

/** How much of a file has been sent, and the way to stop it. */
export function UploadProgress({ entry }: { entry: Outgoing }): ReactNode {
  const say = useWords(attachWords)
  const { percent } = useFormat()
  const { uploader } = usePerson()
  const share = Math.round(entry.progress * 100) / 100
  return (
    <div className="flex w-56 max-w-full items-center gap-2 text-sm text-soft">
      <progress
        value={share}
        max={1}
        aria-label={say('uploading', { percent: percent(share) })}
        className="h-1.5 min-w-0 grow accent-accent"
      />
      <span aria-hidden="true" className="tabular-nums">
        {percent(share)}
      </span>
      <IconButton label={say('cancel')} onClick={() => uploader.cancel(entry.key)}>
        <X />
      </IconButton>
    </div>
  )
}
