import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft, Send } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DeliveryDetails } from '../../api/console/console-shapes.ts'
import { ApiFailure } from '../../api/request.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useChange, useConsoleData } from '../frame/console-queries.ts'
import { Facts } from '../frame/facts.tsx'
import { consoleWords } from '../words.ts'
import { AttemptPanel } from './attempt-panel.tsx'
import { EventName } from './event-name.tsx'
import { prettyJson } from './pretty-json.ts'
import { ReasonLine } from './reason-line.tsx'
import { StateChip } from './state-chip.tsx'
import { trafficWords } from './words.ts'

const LOOK_AGAIN_MS = 2_000

/** One event on its way to the app: what was sent, and what came of each attempt. */
export function EventPage(): ReactNode {
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { data, error, refetch } = useConsoleData<DeliveryDetails>(
    appPath(slug, `/deliveries/${encodeURIComponent(id)}`),
    { every: (last) => (last?.state === 'pending' ? LOOK_AGAIN_MS : false) },
  )
  return (
    <div className="grid gap-6 *:min-w-0">
      <Link
        to="/console/apps/$slug/events"
        params={{ slug } as never}
        className="inline-flex min-h-11 items-center gap-2 justify-self-start text-accent"
      >
        <ArrowLeft aria-hidden="true" className="points size-4" />
        {sayConsole('sections.events')}
      </Link>
      {data ? (
        <Details delivery={data} slug={slug} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-96 rounded-large" />
      )}
    </div>
  )
}

function Details({ delivery, slug }: { delivery: DeliveryDetails; slug: string }): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const format = useFormat()
  const { state, reason, help, attempts } = delivery
  const when = (moment: string | null): string =>
    moment === null ? sayConsole('none') : format.dateTime(moment)
  const filtered = (search: Record<string, string>, text: string): ReactNode => (
    <Link
      to="/console/apps/$slug/events"
      params={{ slug } as never}
      search={search as never}
      className="text-accent underline underline-offset-4"
    >
      {text}
    </Link>
  )
  return (
    <>
      <PageHead
        title={<EventName type={delivery.event_type} />}
        actions={(state === 'delivered' || state === 'dead') && <Resend slug={slug} id={delivery.id} />}
      />
      <div className="rounded-large border border-line bg-paper p-5 sm:p-6">
        <Facts
          facts={[
            [say('state'), <StateChip key="state" delivery={delivery} />],
            [say('reason'), <ReasonLine key="reason" reason={reason} help={help} />],
            [say('made'), when(delivery.created_at)],
            [say('finished'), when(delivery.finished_at)],
            [say('next'), when(delivery.next_attempt_at)],
            [
              say('webhook'),
              <span key="webhook" className="grid gap-1">
                <code className="justify-self-start text-sm break-all">{delivery.webhook_id}</code>
                {filtered({ webhook_id: delivery.webhook_id }, say('sameEvent'))}
              </span>,
            ],
            [
              say('conversation'),
              delivery.conversation_id === null ? (
                sayConsole('none')
              ) : (
                <span key="conversation" className="grid gap-1">
                  <code className="justify-self-start text-sm break-all">{delivery.conversation_id}</code>
                  {filtered({ conversation_id: delivery.conversation_id }, say('sameConversation'))}
                </span>
              ),
            ],
          ]}
        />
      </div>
      <Panel title={say('body')} description={say('phones')}>
        {delivery.request_body !== null ? (
          <CodeBlock label={delivery.event_type} code={prettyJson(delivery.request_body)} />
        ) : (
          <Callout
            tone="warn"
            title={
              delivery.body_withheld === null
                ? say('noBody')
                : say('withheld', { reason: delivery.body_withheld })
            }
          />
        )}
      </Panel>
      <Panel title={say('attempts')}>
        {attempts.length === 0 ? (
          <p className="text-soft">{say('noAttempts')}</p>
        ) : (
          <ol className="grid gap-3 *:min-w-0">
            {attempts.toReversed().map((attempt, i) => (
              <li key={attempt.attempt}>
                <AttemptPanel attempt={attempt} isOpen={i === 0} />
              </li>
            ))}
          </ol>
        )}
      </Panel>
    </>
  )
}

function Resend({ slug, id }: { slug: string; id: string }): ReactNode {
  const say = useWords(trafficWords)
  const sayUi = useWords(uiWords)
  const toast = useToast()
  const navigate = useNavigate()
  const resend = useChange<{ delivery_id: string }>()
  return (
    <Button
      kind="main"
      icon={<Send className="points size-4" />}
      title={say('resendText')}
      busy={resend.isPending}
      onClick={() =>
        resend.mutate(
          { method: 'POST', path: appPath(slug, `/deliveries/${id}/resend`) },
          {
            onSuccess: ({ delivery_id }) => {
              toast({ text: say('resent') })
              void navigate({ to: `/console/apps/${slug}/events/${delivery_id}` })
            },
            onError: (error) =>
              toast({
                // A refusal is said by the server in full; in English.
                text:
                  error instanceof ApiFailure && error.status === 412
                    ? error.message
                    : failureWords(sayUi, error),
                tone: 'bad',
              }),
          },
        )
      }
    >
      {say('resend')}
    </Button>
  )
}
