import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OperatedApp } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AppStateChip } from '../frame/app-state-chip.tsx'
import { Facts } from '../frame/facts.tsx'
import { useOperatorData } from '../frame/operator-queries.ts'
import { BackLink, Loaded } from '../frame/page-parts.tsx'
import { PersonLink } from '../frame/person-link.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { DecisionPanel } from './decision-panel.tsx'
import { EndpointPanel } from './endpoint-panel.tsx'
import { LimitsPanel } from './limits-panel.tsx'
import { appsWords } from './words.ts'

export function AppPage(): ReactNode {
  const { slug = '' } = useParams({ strict: false }) as { slug?: string }
  const app = useOperatorData<OperatedApp>(`/apps/${encodeURIComponent(slug)}`)
  return (
    <>
      <BackLink to="/operator/apps" />
      <Loaded query={app}>
        {(data) => (
          <div className="grid gap-6">
            <Head app={data} />
            <DecisionPanel key={`${slug} ${data.updated_at} ${data.state}`} app={data} />
            <div className="grid items-start gap-6 xl:grid-cols-2">
              <EndpointPanel app={data} />
              <LimitsPanel key={slug} app={data} />
            </div>
            <About app={data} />
          </div>
        )}
      </Loaded>
    </>
  )
}

function Head({ app }: { app: OperatedApp }): ReactNode {
  const say = useWords(appsWords)
  const format = useFormat()
  return (
    <div className="flex items-center gap-4">
      <Avatar name={app.display_name} imageUrl={app.avatar_url} shape="app" size="large" />
      <div className="grid min-w-0 gap-1">
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="text-2xl font-bold">
            <BidiText>{app.display_name}</BidiText>
          </h1>
          <AppStateChip state={app.state} />
        </div>
        <p className="flex flex-wrap gap-x-3 text-soft">
          <span>{say('by', { name: app.owner.name || app.owner.host_id })}</span>
          {app.submitted_at && <span>{say('submitted', { when: format.ago(app.submitted_at) })}</span>}
        </p>
      </div>
    </div>
  )
}

function About({ app }: { app: OperatedApp }): ReactNode {
  const say = useWords(appsWords)
  const format = useFormat()
  const code = (text: string | null) => text && <code className="text-sm break-all">{text}</code>
  return (
    <Panel
      title={say('details')}
      actions={
        <RowLink to="/operator/history" search={{ app: app.slug }}>
          {say('history')}
        </RowLink>
      }
    >
      <Facts
        facts={[
          [say('slug'), code(app.slug)],
          [say('developer'), <PersonLink key="owner" person={app.owner} />],
          [say('description'), <BidiText key="description">{app.description}</BidiText>],
          [say('created'), format.date(app.created_at)],
          [
            say('redirects'),
            app.redirect_uris.length > 0 && (
              <ul key="redirects">
                {app.redirect_uris.map((uri) => (
                  <li key={uri}>{code(uri)}</li>
                ))}
              </ul>
            ),
          ],
          [say('sessionUrl'), code(app.session_initialization_url)],
          [say('actionUrl'), code(app.dynamic_action_url)],
          [
            say('touchpoints'),
            app.touchpoints.length > 0 && (
              <ul key="touchpoints">
                {app.touchpoints.map(({ touchpoint, operation }) => (
                  <li key={touchpoint}>{code(`${touchpoint}: ${operation}`)}</li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Panel>
  )
}
