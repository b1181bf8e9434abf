import { SendHorizontal } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import type { Conversation } from '../../api/person/conversation-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { AttachButton } from '../attach/attach-button.tsx'
import { useFiles } from '../attach/use-files.ts'
import { usePerson } from '../person-scope.tsx'
import { chatWords } from '../words.ts'
import { LONGEST_TEXT, readyToSend, textLength } from './text-rules.ts'

/** From so many characters that are left on, they are counted. */
const COUNTED_FROM = 200

/** Where a person writes. What is not sent yet stays with its conversation. */
export function Composer({ conversation }: { conversation: Conversation }): ReactNode {
  const say = useWords(chatWords)
  const { sender, drafts } = usePerson()
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => drafts.get(conversation))
  const sendFiles = useFiles(conversation.id)
  const left = LONGEST_TEXT - textLength(text)
  const ready = readyToSend(text)

  const change = (next: string): void => {
    setText(next)
    drafts.set(conversation, next)
  }
  const send = (event?: FormEvent): void => {
    event?.preventDefault()
    if (ready === null) return
    sender.send(conversation.id, { text: ready })
    change('')
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // While letters are being composed, Enter chooses among them.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    if (matchMedia('(pointer: coarse)').matches && !event.ctrlKey) return
    event.preventDefault()
    send()
  }

  if (!conversation.can_send) return <Closed conversation={conversation} />
  return (
    <form
      onSubmit={send}
      className="mx-auto flex w-full max-w-3xl items-end gap-1 px-2 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6"
    >
      <AttachButton conversationId={conversation.id} />
      <div className="grid min-w-0 grow gap-1">
        <textarea
          ref={field}
          id={id}
          dir="auto"
          rows={1}
          value={text}
          aria-label={say('composer.label')}
          aria-describedby={left < COUNTED_FROM ? `${id}-left` : undefined}
          aria-invalid={left < 0 || undefined}
          placeholder={say('composer.placeholder')}
          enterKeyHint="send"
          onChange={({ target }) => change(target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return
            event.preventDefault()
            sendFiles([...event.clipboardData.files])
          }}
          className="max-h-40 min-h-11 w-full resize-none rounded-large border border-line-strong bg-paper px-4 py-2 text-ink [field-sizing:content] placeholder:text-soft aria-invalid:border-bad"
        />
        {left < COUNTED_FROM && (
          <p
            id={`${id}-left`}
            className={`px-4 text-xs ${left < 0 ? 'text-bad' : 'text-soft'}`}
            role={left < 0 ? 'alert' : undefined}
          >
            {left < 0 ? say('composer.over', { count: -left }) : say('composer.left', { count: left })}
          </p>
        )}
      </div>
      <button
        type="submit"
        aria-label={say('composer.send')}
        title={say('composer.send')}
        disabled={ready === null}
        className="grid size-11 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-strong disabled:cursor-not-allowed disabled:bg-sunken disabled:text-soft"
      >
        <SendHorizontal aria-hidden="true" className="points size-5" />
      </button>
    </form>
  )
}

function Closed({ conversation }: { conversation: Conversation }): ReactNode {
  const say = useWords(chatWords)
  const why = conversation.blocked
    ? say('composer.blockedByMe')
    : conversation.peer.deleted
      ? say('composer.peerGone')
      : say('composer.closed')
  return (
    <p className="px-6 pt-3 pb-[max(1rem,env(safe-area-inset-bottom))] text-center text-soft" role="status">
      {why}
    </p>
  )
}
