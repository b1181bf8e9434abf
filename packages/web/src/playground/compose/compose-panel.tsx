import { RotateCcw, SendHorizontal } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Surroundings } from '../../api/development/development-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-input.tsx'
import type { Go } from '../place.ts'
import type { Scene, Side } from '../scene.ts'
import { checkDraft, SPEECHES, type Speech } from './check-draft.ts'
import { Choice } from './choice.tsx'
import { composeWords } from './compose-words.ts'
import { ConsentLine } from './consent-line.tsx'
import { CopyCall } from './copy-call.tsx'
import { exampleOf } from './example.ts'
import { type Draft, isDraft } from './grid-rows.ts'
import { JsonField } from './json-field.tsx'
import { MessageFaces } from './message-faces.tsx'
import { NoticeFields } from './notice-fields.tsx'
import { SendResult } from './send-result.tsx'
import { useSending } from './use-sending.ts'
import { wrongWords } from './wrong-words.ts'

/** What has been written, of each kind; kept by the page while the panel is away. */
export type Drafts = Readonly<Partial<Record<Speech, Draft>>>

export interface ComposePanelProps {
  here: Surroundings
  scene: Scene
  app: string
  drafts: Drafts
  onDrafts: (drafts: Drafts) => void
  go: Go
}

/** Messages, chatbot's messages and notices written by hand, and sent as the app by the public API itself. */
export function ComposePanel({ here, scene, app, drafts, onDrafts, go }: ComposePanelProps): ReactNode {
  const say = useWords(composeWords)
  const { i18n } = useTranslation()
  const [speech, setSpeech] = useState<Speech>('message')
  const [chosenSide, setSide] = useState<Side | null>(null)
  const side = chosenSide ?? (speech === 'message' ? 'seller' : 'buyer')
  const draft = drafts[speech] ?? exampleOf(speech, i18n.language)
  const sending = useSending(speech, { scene, side, app })
  const { send } = sending
  const change = (next: Draft): void => onDrafts({ ...drafts, [speech]: next })
  const violations = checkDraft(speech, draft)
  const wrong = (field: string): string | undefined => {
    const found = violations.find((violation) => violation.field === field)
    return found && wrongWords(say, found)
  }
  const textMember = speech === 'chatbot' ? 'text_message' : 'message'
  const text = draft[textMember]
  return (
    <form
      className="grid gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate({ body: draft, freshToken: false })
      }}
    >
      <div className="grid gap-1.5">
        <Choice
          label={say('what')}
          value={speech}
          options={SPEECHES.map((value) => ({ value, label: say(`speech.${value}`) }))}
          onChange={(next) => {
            setSpeech(next)
            send.reset()
          }}
        />
        <p className="text-sm text-soft">{say(`speechHint.${speech}`)}</p>
      </div>
      <Choice
        label={say(speech === 'message' ? 'speaksFor' : 'goesTo')}
        value={side}
        options={(['seller', 'buyer'] as const).map((value) => ({
          value,
          label: <BidiText>{scene[value].name}</BidiText>,
        }))}
        onChange={setSide}
      />
      <Field label={say('text')} error={wrong(textMember)}>
        {(control) => (
          <TextArea
            {...control}
            value={typeof text === 'string' ? text : ''}
            onChange={(event) => change({ ...draft, [textMember]: event.target.value })}
          />
        )}
      </Field>
      {speech === 'notice' ? (
        <NoticeFields draft={draft} scene={scene} posts={here.posts} wrong={wrong} onChange={change} />
      ) : (
        <MessageFaces
          key={speech}
          speech={speech}
          side={side}
          scene={scene}
          posts={here.posts}
          draft={draft}
          violations={violations}
          wrong={wrong}
          onChange={change}
        />
      )}
      <details className="rounded-normal border border-line">
        <summary className="flex min-h-11 cursor-pointer items-center px-3 text-sm font-semibold">
          {say('json')}
        </summary>
        <div className="px-3 pb-3">
          <JsonField
            label={say('json')}
            hint={say('jsonHint')}
            value={draft}
            className="min-h-64"
            onChange={(next) => isDraft(next) && change(next)}
          />
        </div>
      </details>
      <div className="sticky bottom-0 -mx-4 -mb-4 grid gap-3 border-t border-line bg-paper p-4">
        <ConsentLine sending={sending} name={scene[side].name} onMore={() => go({ drawer: 'consents' })} />
        {violations.length > 0 && (
          <p className="text-sm text-bad">{say('mistakes', { count: violations.length })}</p>
        )}
        <SendResult
          send={send}
          person={scene[side]}
          speech={speech}
          onStory={(message) => go({ message, panel: 'story', view: 'story' })}
          onAgain={() => send.mutate({ body: draft, freshToken: true })}
        />
        <div className="flex flex-wrap gap-2">
          <Button
            kind="main"
            type="submit"
            className="grow"
            busy={send.isPending}
            disabled={violations.length > 0 || sending.consent === 'missing'}
            icon={<SendHorizontal className="points size-4" />}
          >
            {say('sendAs', { app })}
          </Button>
          <CopyCall
            call={{
              speech,
              app,
              conversationId: speech === 'chatbot' ? '{conversation_id}' : scene.conversation.id,
              body: draft,
            }}
          />
          <IconButton
            label={say('startAnew')}
            onClick={() => {
              change(exampleOf(speech, i18n.language))
              send.reset()
            }}
          >
            <RotateCcw />
          </IconButton>
        </div>
      </div>
    </form>
  )
}
