import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Spinner } from '../../ui/spinner.tsx'
import { useChat } from '../person-scope.tsx'
import { chatWords } from '../words.ts'

/** Shorter breaks are not spoken of. */
const QUIET_MS = 1_200

/** Says that nothing new can arrive now. Its room is taken from the list, not from what stands in it. */
export function LinkLine(): ReactNode {
  const say = useWords(chatWords)
  const link = useChat((state) => state.link)
  const isDown = link === 'connecting' || link === 'waiting'
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    if (!isDown) return setShown(false)
    const timer = setTimeout(() => setShown(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [isDown])
  return (
    <div role="status" className="relative z-10 h-0">
      {isDown && isShown && (
        <p className="absolute inset-x-0 top-2 mx-auto flex w-fit items-center gap-2 rounded-full bg-warn-soft px-3 py-1 text-sm font-semibold text-warn shadow-raised">
          <Spinner className="size-3.5" />
          {link === 'waiting' ? say('link.waiting') : say('link.connecting')}
        </p>
      )}
    </div>
  )
}
