import { Ear } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Subscription } from '../../api/console/console-shapes.ts'
import { ListPanel } from '../../desk/list-panel.tsx'
import { PageHead } from '../../desk/page-head.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import type { Column } from '../../ui/data-table.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, usePages } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { EventName } from './event-name.tsx'
import { trafficWords } from './words.ts'

export function SubscriptionsPage(): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const format = useFormat()
  const { slug } = useThisApp()
  const pages = usePages<'subscriptions', Subscription>(appPath(slug, '/subscriptions'))
  const columns: Column<Subscription>[] = [
    {
      key: 'event',
      title: say('event'),
      leads: true,
      cell: ({ event_type }) => (
        <span className="font-semibold">
          <EventName type={event_type} />
        </span>
      ),
    },
    {
      key: 'resource',
      title: say('resource'),
      cell: ({ event_resource_id: post }) =>
        post === null ? say('allPosts') : <code className="break-all">{post}</code>,
    },
    {
      key: 'person',
      title: say('person'),
      cell: ({ user_id }) => <code className="text-sm break-all">{user_id}</code>,
    },
    {
      key: 'metadata',
      title: say('metadata'),
      cell: ({ metadata }) => <code className="text-xs break-all">{JSON.stringify(metadata ?? {})}</code>,
    },
    {
      key: 'expires',
      title: say('expires'),
      cell: ({ expires_at }) => <time dateTime={expires_at}>{format.dateTime(expires_at)}</time>,
    },
  ]
  return (
    <div className="grid gap-6">
      <PageHead title={sayConsole('sections.subscriptions')} description={say('subscriptionsText')} />
      <ListPanel
        pages={pages}
        name="subscriptions"
        caption={sayConsole('sections.subscriptions')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{ icon: <Ear />, title: say('noSubscriptions'), text: say('noSubscriptionsText') }}
      />
    </div>
  )
}
