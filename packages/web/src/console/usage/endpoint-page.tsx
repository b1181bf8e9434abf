import { Link } from '@tanstack/react-router'
import { Power } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { EndpointHealth } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useConsoleData } from '../frame/console-queries.ts'
import { Facts } from '../frame/facts.tsx'
import { consoleWords } from '../words.ts'
import { EnableDialog } from './enable-dialog.tsx'
import { endpointAdvice } from './endpoint-advice.ts'
import { PaceForm } from './pace-form.tsx'
import { usageWords } from './words.ts'

const LOOK_AGAIN_MS = 5_000

export function EndpointPage(): ReactNode {
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const { data, error, refetch } = useConsoleData<EndpointHealth>(appPath(slug, '/endpoint'), {
    every: () => LOOK_AGAIN_MS,
  })
  return (
    <div className="grid gap-6">
      <PageHead title={sayConsole('sections.endpoint')} />
      {data ? (
        <Health health={data} slug={slug} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="h-72 rounded-large" />
      )}
    </div>
  )
}

function Health({ health, slug }: { health: EndpointHealth; slug: string }): ReactNode {
  const say = useWords(usageWords)
  const sayConsole = useWords(consoleWords)
  const format = useFormat()
  const [isAsking, setAsking] = useState(false)
  const { tone, text } = endpointAdvice(health, say, format)
  const when = (moment: string | null): string =>
    moment === null ? sayConsole('never') : format.dateTime(moment)
  return (
    <>
      <Callout
        tone={tone}
        title={say(`states.${health.state}`)}
        action={
          <>
            {health.state === 'disabled' && (
              <Button kind="main" icon={<Power className="size-4" />} onClick={() => setAsking(true)}>
                {say('enable')}
              </Button>
            )}
            {health.state === 'no_url' && (
              <SectionLink slug={slug} section="settings" text={say('toSettings')} />
            )}
            {health.failure_streak > 0 && <SectionLink slug={slug} section="events" text={say('toEvents')} />}
          </>
        }
      >
        {text}
      </Callout>
      <div className="rounded-large border border-line bg-paper p-5 sm:p-6">
        <Facts
          facts={[
            [
              say('url'),
              health.url === null ? (
                sayConsole('notSet')
              ) : (
                <code key="url" className="text-sm break-all">
                  {health.url}
                </code>
              ),
            ],
            [say('waiting'), format.number(health.waiting)],
            [say('held'), format.number(health.held)],
            [say('streak'), format.number(health.failure_streak)],
            [say('lastSuccess'), when(health.last_success_at)],
            [say('lastFailure'), when(health.last_failure_at)],
          ]}
        />
      </div>
      <Panel title={say('pace')} description={say('paceText')}>
        <PaceForm key={`${health.concurrency} ${health.rate_per_second}`} health={health} slug={slug} />
      </Panel>
      {isAsking && <EnableDialog held={health.held} slug={slug} onClose={() => setAsking(false)} />}
    </>
  )
}

export function SectionLink({
  slug,
  section,
  text,
}: {
  slug: string
  section: string
  text: string
}): ReactNode {
  return (
    <Link
      to={`/console/apps/$slug/${section}`}
      params={{ slug } as never}
      className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
    >
      {text}
    </Link>
  )
}
