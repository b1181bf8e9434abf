import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { usePerson } from '../person-scope.tsx'
import { previewWords } from '../preview-words.ts'
import { chatWords } from '../words.ts'

const KEPT = 5

/** What arrives while the conversation is open, for those who hear the page; the list itself holds too much to be read out. */
export function Arrivals({
  conversationId,
  peerName,
}: {
  conversationId: string
  peerName: string
}): ReactNode {
  const say = useWords(chatWords)
  const { onEvent } = usePerson()
  const [heard, setHeard] = useState<readonly { id: string; text: string }[]>([])
  useEffect(
    () =>
      onEvent((event) => {
        if (event.kind !== 'message' || event.data.mine) return
        const { id, conversation_id, app } = event.data
        if (conversation_id !== conversationId) return
        const who = app
          ? say('messages.byApp', { name: app.display_name })
          : say('messages.by', { name: peerName })
        const text = `${who}: ${previewWords(say, event.data)}`
        setHeard((before) => [...before.slice(1 - KEPT), { id, text }])
      }),
    [onEvent, conversationId, peerName, say],
  )
  return (
    <div role="log" aria-live="polite" aria-label={say('messages.unread')} className="sr-only">
      {heard.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  )
}
