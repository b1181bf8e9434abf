import { useMutation } from '@tanstack/react-query'
import { AlignLeft, Send } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Exchange } from '../../api/development/story-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { type Say, useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-input.tsx'
import { uiWords } from '../../ui/words.ts'
import { formatted, type JsonFault, readJsonObject } from './json-fault.ts'
import { triggerCallOf } from './trigger-call-of.ts'
import { TriggerResult } from './trigger-result.tsx'
import { trigger } from './use-replay.ts'
import { useStoryChanged } from './use-story.ts'
import { inspectorWords } from './words.ts'

export interface EditAndResendProps {
  /** A call to an app. */
  exchange: Exchange
  onClose: () => void
}

/** The call to the app once more, with whatever body: what the app makes of it is shown below. */
export function EditAndResend({ exchange, onClose }: EditAndResendProps): ReactNode {
  const say = useWords(inspectorWords)
  const sayFailure = useWords(uiWords)
  const request = useDevelopment()
  const changed = useStoryChanged()
  const [text, setText] = useState(() => formatted(exchange.request.body ?? '{}'))
  const call = triggerCallOf(exchange)
  const read = readJsonObject(text)
  const sending = useMutation({
    mutationFn: () => {
      if (call === null || exchange.app === null || 'fault' in read) throw new Error('nothing to send')
      return trigger(request, exchange.app, { ...call, body: read.value })
    },
    onSettled: changed,
  })
  const { error } = sending
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={say('editor.title', { app: exchange.app ?? '' })}
      description={say('editor.text')}
      shape="wide"
      footer={
        <>
          <Button icon={<AlignLeft className="points size-4" />} onClick={() => setText(formatted(text))}>
            {say('editor.format')}
          </Button>
          <Button
            kind="main"
            busy={sending.isPending}
            disabled={'fault' in read}
            icon={<Send className="points size-4" />}
            onClick={() => sending.mutate()}
          >
            {say('editor.send')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Field label={say('editor.body')} error={'fault' in read ? faultWords(say, read.fault) : undefined}>
          {(control) => (
            <TextArea
              {...control}
              dir="ltr"
              rows={14}
              spellCheck={false}
              autoCapitalize="off"
              className="font-mono text-sm"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {error && (
          <Callout tone="bad" title={say('replayFailed')}>
            {error instanceof ApiFailure ? (
              <bdi dir="auto">{error.message}</bdi>
            ) : (
              failureWords(sayFailure, error)
            )}
          </Callout>
        )}
        <div aria-live="polite">{sending.data && <TriggerResult answer={sending.data} />}</div>
      </div>
    </Dialog>
  )
}

function faultWords(say: Say<(typeof inspectorWords)['en']>, { kind, line, column }: JsonFault): string {
  if (kind === 'empty') return say('editor.empty')
  if (kind === 'no_object') return say('editor.noObject')
  return say('editor.syntaxAt', { line, column })
}
