import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Button } from '../ui/button.tsx'
import { MessagePage } from './message-page.tsx'
import { isMissingPart, reloadOnce, untilServed } from './missing-part.ts'
import { shellWords } from './words.ts'

export function NotFoundPage(): ReactNode {
  const say = useWords(shellWords)
  return (
    <MessagePage
      title={say('notFound.title')}
      action={
        <Link to="/" className="text-accent underline underline-offset-4">
          {say('notFound.back')}
        </Link>
      }
    >
      <p>{say('notFound.text')}</p>
    </MessagePage>
  )
}

/** Where a page should be that has failed. */
export function FaultPage({ error }: { error: unknown }): ReactNode {
  return isMissingPart(error) ? <MissingPartPage /> : <CrashedPage />
}

/**
 * A part of the page could not be loaded: the server is away, or has a newer version than the page. Once it answers, the
 * page is loaded anew; what was being written is kept by the chat itself.
 */
function MissingPartPage(): ReactNode {
  const say = useWords(shellWords)
  const [state, setState] = useState<'asking' | 'away' | 'useless'>('asking')
  useEffect(() => {
    const left = new AbortController()
    untilServed(left.signal, () => setState('away')).then(
      () => reloadOnce() || setState('useless'),
      () => {},
    )
    return () => left.abort()
  }, [])
  if (state === 'asking') return null
  if (state === 'useless') return <CrashedPage />
  return (
    <MessagePage title={say('away.title')}>
      <p role="status">{say('away.text')}</p>
    </MessagePage>
  )
}

/** A fault of the pages' own. */
function CrashedPage(): ReactNode {
  const say = useWords(shellWords)
  return (
    <MessagePage
      title={say('crashed.title')}
      action={
        <Button kind="main" onClick={() => location.reload()}>
          {say('crashed.reload')}
        </Button>
      }
    >
      <p>{say('crashed.text')}</p>
    </MessagePage>
  )
}
