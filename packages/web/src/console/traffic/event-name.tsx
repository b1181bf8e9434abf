import type { ReactNode } from 'react'
import { EVENT_TYPES } from '../../api/console/console-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { trafficWords } from './words.ts'

/** What subscriptions name is not always what comes of them. */
const KNOWN = [...EVENT_TYPES, 'NEW_MESSAGE_ON_POST'] as const
type Known = (typeof KNOWN)[number]
const isKnown = (type: string): type is Known => (KNOWN as readonly string[]).includes(type)

/** A kind of event in words, and by its name where it is new. */
export function EventName({ type }: { type: string }): ReactNode {
  const say = useWords(trafficWords)
  return isKnown(type) ? say(`types.${type}`) : <code>{type}</code>
}
