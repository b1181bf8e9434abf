import { useState } from 'react'
import type { Message } from '../../api/person/message-shapes.ts'
import { usePerson } from '../person-scope.tsx'

/** Links of media end after a time: when one fails, the message is loaded again, once for each link. */
export function useFreshLink(message: Message, link: string): { isBroken: boolean; onError: () => void } {
  const { reloadMessage } = usePerson()
  const [tried, setTried] = useState<string | null>(null)
  const [broken, setBroken] = useState<string | null>(null)
  return {
    isBroken: broken === link,
    onError: () => {
      // A second failure, of a link that was new.
      if (tried !== null || message.sequence === 0) return setBroken(link)
      setTried(link)
      reloadMessage(message).catch(() => setBroken(link))
    },
  }
}
