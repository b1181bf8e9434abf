import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ButtonAction } from '../../api/person/message-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { chatWords } from '../words.ts'
import { isWebPage } from './press-button.ts'

export interface AppButtonProps {
  action: ButtonAction
  /** Class names. */
  look: string
  onPress: () => void
  /** What is to be read on it. */
  children: ReactNode
  /** Behind it, while the app is asked. */
  waiting: ReactNode
  isDisabled?: boolean
}

/** A button that an app made: a link where it leads to a page by itself, so that it can be opened as any other. */
export function AppButton({
  action,
  look,
  onPress,
  children,
  waiting,
  isDisabled,
}: AppButtonProps): ReactNode {
  const say = useWords(chatWords)
  const leadsAway = (
    <ExternalLink aria-label={say('press.opensTab')} className="size-3.5 shrink-0 opacity-70" />
  )
  if ('open_direct_link' in action && isWebPage(action.open_direct_link)) {
    return (
      <a
        href={action.open_direct_link}
        target="_blank"
        rel="noopener noreferrer"
        onClick={onPress}
        className={look}
      >
        {children}
        {leadsAway}
      </a>
    )
  }
  const isUnderWay = waiting !== null
  return (
    <button
      type="button"
      disabled={isDisabled}
      aria-busy={isUnderWay || undefined}
      onClick={onPress}
      className={look}
    >
      {children}
      {waiting}
      {!isUnderWay && 'open_server_link' in action && leadsAway}
    </button>
  )
}
