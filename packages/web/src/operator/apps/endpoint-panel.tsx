import type { ReactNode } from 'react'
import type { OperatedApp } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Chip, type Tone } from '../../ui/chip.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts } from '../frame/facts.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { appsWords } from './words.ts'

const TONES = { no_url: 'plain', enabled: 'good', paused: 'warn', disabled: 'bad' } as const satisfies Record<
  string,
  Tone
>

/** How the URL that hears the app's events fares. */
export function EndpointPanel({ app: { slug, endpoint } }: { app: OperatedApp }): ReactNode {
  const say = useWords(appsWords)
  const format = useFormat()
  if (endpoint === null) return null
  const when = (time: string | null) => time && format.ago(time)
  return (
    <Panel
      title={say('endpoint')}
      description={say('endpointText')}
      actions={<Chip tone={TONES[endpoint.state]}>{say(`endpointState.${endpoint.state}`)}</Chip>}
    >
      <Facts
        facts={[
          [say('url'), endpoint.url && <code className="text-sm break-all">{endpoint.url}</code>],
          [say('waiting'), format.number(endpoint.waiting)],
          [say('failures'), format.number(endpoint.failure_streak)],
          [say('lastSuccess'), when(endpoint.last_success_at)],
          [say('lastFailure'), when(endpoint.last_failure_at)],
        ]}
      />
      <p className="mt-4">
        <RowLink to="/operator/deliveries" search={{ app: slug }}>
          {say('seeDead')}
        </RowLink>
      </p>
    </Panel>
  )
}
