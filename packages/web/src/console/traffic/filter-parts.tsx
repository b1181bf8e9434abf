import type { ReactNode } from 'react'
import type { Replay } from '../../api/console/console-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { EventName } from './event-name.tsx'
import { trafficWords } from './words.ts'

/** What narrows a replay, in words; empty where nothing does. */
export function useFilterParts(filter: Replay['filter']): { name: string; words: ReactNode }[] {
  const say = useWords(trafficWords)
  const format = useFormat()
  const { from, to, event_type, state, conversation_id, webhook_id } = filter
  const id = (label: string, value: string): ReactNode => (
    <>
      {label} <code className="break-all">{value}</code>
    </>
  )
  return [
    ...(event_type ? [{ name: 'type', words: <EventName type={event_type} /> }] : []),
    ...(state === 'delivered' || state === 'dead' ? [{ name: 'state', words: say(`states.${state}`) }] : []),
    ...(conversation_id ? [{ name: 'conversation', words: id(say('conversation'), conversation_id) }] : []),
    ...(webhook_id ? [{ name: 'webhook', words: id(say('webhook'), webhook_id) }] : []),
    ...(from ? [{ name: 'from', words: `${say('from')} ${format.dateTime(from)}` }] : []),
    ...(to ? [{ name: 'to', words: `${say('to')} ${format.dateTime(to)}` }] : []),
  ]
}
