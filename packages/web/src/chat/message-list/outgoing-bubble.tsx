import { RotateCcw, Trash2 } from 'lucide-react'
import { type MouseEvent, type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { UploadProgress } from '../attach/upload-progress.tsx'
import { attachWords } from '../attach/words.ts'
import { MessageContent } from '../content/message-content.tsx'
import { usePerson } from '../person-scope.tsx'
import type { Outgoing } from '../state/outgoing.ts'
import { chatWords } from '../words.ts'
import { outgoingAsMessage } from './outgoing-message.ts'
import { mediaRefusalWords, refusalWords } from './refusal-words.ts'

export interface OutgoingBubbleProps {
  entry: Outgoing
  meta: ReactNode
}

/** What a message on its way says: as it will look. */
export function OutgoingContent({ entry, meta }: OutgoingBubbleProps): ReactNode {
  return <MessageContent message={outgoingAsMessage(entry)} meta={meta} />
}

/** Why a message is not sent, and what can be done. */
export function OutgoingTrouble({ entry }: { entry: Outgoing }): ReactNode {
  const say = useWords(chatWords)
  const sayAttach = useWords(attachWords)
  const { sender, uploader } = usePerson()
  const seconds = useSecondsUntil(entry.state === 'waiting' ? entry.not_before : null)
  if (seconds > 0) return <p className="text-sm text-warn">{say('failed.limited', { count: seconds })}</p>
  if (entry.state === 'uploading') return <UploadProgress entry={entry} />
  if (entry.state !== 'failed') return null
  const again = entry.body === null ? uploader.retry : sender.retry
  const away = entry.body === null ? uploader.cancel : sender.discard
  return (
    <div role="alert" className="grid justify-items-end gap-1 text-end text-sm">
      <p className="text-bad">
        {mediaRefusalWords(sayAttach, entry.refusal) ?? refusalWords(say, entry.refusal)}
      </p>
      <div className="flex gap-1">
        <Button
          size="small"
          kind="quiet"
          icon={<RotateCcw className="points size-4" />}
          onClick={(event) => {
            focusList(event)
            again(entry.key)
          }}
        >
          {say('failed.retry')}
        </Button>
        <Button
          size="small"
          kind="quiet"
          icon={<Trash2 className="size-4" />}
          onClick={(event) => {
            focusList(event)
            away(entry.key)
          }}
        >
          {say('failed.discard')}
        </Button>
      </div>
    </div>
  )
}

/** The button that has the focus is about to go. */
const focusList = ({ currentTarget }: MouseEvent): void =>
  currentTarget.closest<HTMLElement>('section')?.focus({ preventScroll: true })

function useSecondsUntil(moment: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  const isAhead = moment !== null && moment > now
  useEffect(() => setNow(moment === null ? 0 : Date.now()), [moment])
  useEffect(() => {
    if (!isAhead) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isAhead])
  return isAhead ? Math.ceil((moment - now) / 1_000) : 0
}
