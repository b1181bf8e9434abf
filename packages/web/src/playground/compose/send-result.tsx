import { CircleAlert, CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PersonHere } from '../../api/development/development-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { baseOf } from '../../shell/page-base.ts'
import { Button } from '../../ui/button.tsx'
import { ExternalLink } from '../../ui/external-link.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { uiWords } from '../../ui/words.ts'
import type { Speech } from './check-draft.ts'
import { composeWords } from './compose-words.ts'
import type { Sending } from './use-sending.ts'

export interface SendResultProps {
  send: Sending['send']
  person: PersonHere
  speech: Speech
  onStory: (messageId: string) => void
  onAgain: () => void
}

/** What the public API answered, or why it refused and what helps. */
export function SendResult({ send, person, speech, onStory, onAgain }: SendResultProps): ReactNode {
  const say = useWords(composeWords)
  if (send.isError) return <Refused error={send.error} onAgain={onAgain} />
  if (!send.isSuccess) return null
  const { ms, answer } = send.data
  const base = baseOf(person.host_id)
  return (
    <div role="status" className="grid gap-2 rounded-normal bg-good-soft p-3 text-sm">
      <p className="flex items-center gap-2 font-semibold text-good">
        <CircleCheck aria-hidden="true" className="size-5 shrink-0" />
        {say('sent.title', { ms: Math.round(ms) })}
      </p>
      <pre tabIndex={0} className="max-h-32 overflow-auto rounded-small bg-paper p-2 text-xs">
        <code>{JSON.stringify(answer, null, 2)}</code>
      </pre>
      {speech === 'message' && typeof answer.message_id === 'string' && (
        <Button size="small" onClick={() => onStory(String(answer.message_id))}>
          {say('sent.story')}
        </Button>
      )}
      {speech === 'chatbot' && typeof answer.conversation_id === 'string' && (
        <ExternalLink href={`${base}/chat/${answer.conversation_id}`}>{say('sent.chatbot')}</ExternalLink>
      )}
      {speech === 'notice' && <ExternalLink href={`${base}/notices`}>{say('sent.notices')}</ExternalLink>}
    </div>
  )
}

function Refused({ error, onAgain }: { error: unknown; onAgain: () => void }): ReactNode {
  const say = useWords(composeWords)
  const sayUi = useWords(uiWords)
  const answer = error instanceof ApiFailure ? error : null
  return (
    <div role="alert" className="grid gap-2 rounded-normal bg-bad-soft p-3 text-sm">
      <p className="flex items-center gap-2 font-semibold text-bad">
        <CircleAlert aria-hidden="true" className="size-5 shrink-0" />
        {answer
          ? say('refused.title', { status: `${answer.status}${answer.reason && ` ${answer.reason}`}` })
          : say('refused.away')}
      </p>
      {answer ? (
        <>
          {/* The platform's own words, as the app's developer will meet them. */}
          <p dir="ltr" className="text-start break-words">
            {answer.message}
          </p>
          {answer.fields.size > 0 && (
            <ul dir="ltr" className="grid gap-1 text-start">
              {[...answer.fields].map(([field, description]) => (
                <li key={field} className="break-words">
                  <code>{field}</code> {description}
                </li>
              ))}
            </ul>
          )}
        </>
      ) : (
        <p>{failureWords(sayUi, error)}</p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        {answer?.help && <ExternalLink href={answer.help}>{say('refused.help')}</ExternalLink>}
        {answer?.status === 401 && (
          <Button size="small" onClick={onAgain}>
            {say('refused.again')}
          </Button>
        )}
      </div>
    </div>
  )
}
