import { Code, PencilLine, RotateCcw, Terminal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Exchange } from '../../api/development/story-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { curlOf } from './curl-of.ts'
import { EditAndResend } from './edit-and-resend.tsx'
import { sdkCodeOf } from './sdk-code-of.ts'
import { triggerCallOf } from './trigger-call-of.ts'
import { useReplay } from './use-replay.ts'
import { inspectorWords } from './words.ts'

/** What can be done with a call: taken along as code, made once more, changed and made. */
export function ExchangeActions({ exchange }: { exchange: Exchange }): ReactNode {
  const say = useWords(inspectorWords)
  const toast = useToast()
  const replay = useReplay(exchange)
  const [isEditing, setEditing] = useState(false)
  const { origin } = window.location
  const copy = (text: string): void => {
    void navigator.clipboard.writeText(text).then(() => toast({ text: say('copied') }))
  }
  const isToApp = exchange.direction === 'to_app'
  const canTrigger = isToApp && exchange.app !== null && triggerCallOf(exchange) !== null
  return (
    <div className="flex flex-wrap gap-1 p-2">
      <Button
        kind="quiet"
        size="small"
        icon={<Terminal className="size-4" />}
        onClick={() => copy(curlOf(exchange, { origin }))}
      >
        {say('copyCurl')}
      </Button>
      <Button
        kind="quiet"
        size="small"
        icon={<Code className="size-4" />}
        onClick={() => copy(sdkCodeOf(exchange, { origin }))}
      >
        {say(isToApp ? 'copyHandler' : 'copySdk')}
      </Button>
      {isToApp && (
        <Button
          kind="quiet"
          size="small"
          busy={replay.isUnderWay}
          disabled={!canTrigger && exchange.refs.delivery_id === undefined}
          icon={<RotateCcw className="size-4" />}
          onClick={replay.start}
        >
          {say('replay')}
        </Button>
      )}
      {canTrigger && (
        <Button
          kind="quiet"
          size="small"
          icon={<PencilLine className="size-4" />}
          onClick={() => setEditing(true)}
        >
          {say('edit')}
        </Button>
      )}
      {isEditing && <EditAndResend exchange={exchange} onClose={() => setEditing(false)} />}
    </div>
  )
}
