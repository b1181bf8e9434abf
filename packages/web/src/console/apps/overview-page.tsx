import { Link } from '@tanstack/react-router'
import { Check, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ApiKey, AppDetails, EndpointHealth, Usage } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Callout } from '../../ui/callout.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Panel } from '../../ui/panel.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useApps, useConsoleData } from '../frame/console-queries.ts'
import { endpointAdvice } from '../usage/endpoint-advice.ts'
import { SectionLink } from '../usage/endpoint-page.tsx'
import { CallsChart } from '../usage/usage-charts.tsx'
import { usageWords } from '../usage/words.ts'
import { consoleWords } from '../words.ts'

/** The app at a glance: what is missing, whether it hears, what it did. */
export function OverviewPage(): ReactNode {
  const say = useWords(consoleWords)
  const app = useThisApp()
  const { slug } = app
  const keys = useConsoleData<{ keys: ApiKey[] }>(appPath(slug, '/keys'))
  const usage = useConsoleData<Usage>(appPath(slug, '/usage'), { query: { by: 'hour' } })
  return (
    <div className="grid gap-6">
      <PageHead
        title={say('sections.overview')}
        description={app.description && <BidiText>{app.description}</BidiText>}
      />
      <NewAlerts slug={slug} />
      <Health slug={slug} />
      {keys.data ? (
        <Steps app={app} hasKey={keys.data.keys.some(({ revoked_at }) => revoked_at === null)} />
      ) : (
        !keys.isError && <Skeleton className="h-64 rounded-large" />
      )}
      <Panel
        title={say('overview.lastHours')}
        actions={<SectionLink slug={slug} section="usage" text={say('overview.moreUsage')} />}
      >
        {usage.data ? <CallsChart usage={usage.data} /> : <Skeleton className="h-64 rounded-large" />}
      </Panel>
    </div>
  )
}

function NewAlerts({ slug }: { slug: string }): ReactNode {
  const say = useWords(consoleWords)
  const unseen = useApps().data?.apps.find((each) => each.slug === slug)?.unseen_alerts ?? 0
  if (unseen === 0) return null
  return (
    <Callout
      tone="bad"
      title={say('overview.newAlerts', { count: unseen })}
      action={<SectionLink slug={slug} section="alerts" text={say('overview.look')} />}
    />
  )
}

function Health({ slug }: { slug: string }): ReactNode {
  const say = useWords(consoleWords)
  const sayUsage = useWords(usageWords)
  const format = useFormat()
  const { data } = useConsoleData<EndpointHealth>(appPath(slug, '/endpoint'))
  if (data === undefined || data.state === 'no_url') return null
  const { tone, text } = endpointAdvice(data, sayUsage, format)
  return (
    <Callout
      tone={tone}
      title={`${say('overview.health')}: ${sayUsage(`states.${data.state}`)}`}
      action={
        tone !== 'good' && <SectionLink slug={slug} section="endpoint" text={say('overview.moreEndpoint')} />
      }
    >
      {text}
    </Callout>
  )
}

interface Step {
  key: 'Url' | 'Permission' | 'Key' | 'Redirect' | 'Submit'
  section: string
  isDone: boolean
}

const stepsOf = (app: AppDetails, hasKey: boolean): Step[] => [
  { key: 'Url', section: 'settings', isDone: app.events_url !== null },
  { key: 'Redirect', section: 'settings', isDone: app.redirect_uris.length > 0 },
  { key: 'Permission', section: 'permissions', isDone: app.permissions.length > 0 && app.scopes.length > 0 },
  { key: 'Key', section: 'credentials', isDone: hasKey },
  { key: 'Submit', section: 'permissions', isDone: app.submitted_at !== null || !app.development },
]

function Steps({ app, hasKey }: { app: AppDetails; hasKey: boolean }): ReactNode {
  const say = useWords(consoleWords)
  const all = stepsOf(app, hasKey)
  const steps = [...all.filter(({ isDone }) => !isDone), ...all.filter(({ isDone }) => isDone)]
  const isAllDone = all.every(({ isDone }) => isDone)
  if (isAllDone) return <Callout tone="good" title={say('overview.allDone')} />
  return (
    <Panel title={say('overview.steps')} description={say('overview.stepsText')}>
      <ul className="grid gap-2">
        {steps.map(({ key, section, isDone }) => (
          <li key={key}>
            <Link
              to={`/console/apps/$slug/${section}`}
              params={{ slug: app.slug } as never}
              className={classNames(
                'flex min-h-14 items-center gap-4 rounded-normal border border-line px-4 py-2 hover:border-line-strong',
                isDone && 'bg-ground',
              )}
            >
              <span
                aria-hidden="true"
                className={classNames(
                  'grid size-7 shrink-0 place-items-center rounded-full border-2',
                  isDone ? 'border-good bg-good-soft text-good' : 'border-line-strong',
                )}
              >
                {isDone && <Check className="size-4" />}
              </span>
              <span className="grid min-w-0 grow">
                <span className={isDone ? 'text-soft' : 'font-semibold'}>
                  {say(`overview.step${key}`)}
                  {isDone && <span className="sr-only"> – {say('overview.stepDone')}</span>}
                </span>
                <span className="text-sm text-soft">{say(`overview.step${key}Text`)}</span>
              </span>
              <ChevronRight aria-hidden="true" className="points size-5 shrink-0 text-soft" />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
