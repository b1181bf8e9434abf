import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OperatedUser } from '../../api/operator/operator-shapes.ts'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { BidiText } from '../../ui/bidi-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Facts } from '../frame/facts.tsx'
import { useOperatorData } from '../frame/operator-queries.ts'
import { BackLink, Loaded } from '../frame/page-parts.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { FlagChips } from './flag-chips.tsx'
import { FlagsPanel } from './flags-panel.tsx'
import { usersWords } from './words.ts'

export function UserPage(): ReactNode {
  const { hostId = '' } = useParams({ strict: false }) as { hostId?: string }
  const user = useOperatorData<OperatedUser>(`/users/${encodeURIComponent(hostId)}`)
  return (
    <>
      <BackLink to="/operator/users" />
      <Loaded query={user}>
        {(data) => (
          <div className="grid gap-6">
            <Head user={data} />
            <div className="grid items-start gap-6 xl:grid-cols-2">
              <FlagsPanel user={data} />
              <About user={data} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  )
}

function Head({ user }: { user: OperatedUser }): ReactNode {
  const say = useWords(usersWords)
  return (
    <div className="flex items-center gap-4">
      <Avatar name={user.name || user.host_id} size="large" />
      <div className="grid min-w-0 gap-1">
        <h1 className="text-2xl font-bold break-words">
          <BidiText>{user.name || say('noName')}</BidiText>
        </h1>
        <div className="flex flex-wrap items-center gap-3 text-soft">
          <code className="text-sm break-all">{user.host_id}</code>
          <FlagChips user={user} />
        </div>
      </div>
    </div>
  )
}

function About({ user }: { user: OperatedUser }): ReactNode {
  const say = useWords(usersWords)
  const format = useFormat()
  return (
    <Panel title={say('about')}>
      <Facts
        facts={[
          [say('phone'), user.phone && <bdi dir="ltr">{user.phone}</bdi>],
          [say('language'), say(user.locale === 'en' ? 'languages.en' : 'languages.fa')],
          [say('since'), format.date(user.created_at)],
          [say('changed'), format.ago(user.updated_at)],
          [
            say('apps'),
            user.apps.length > 0 && (
              <ul key="apps">
                {user.apps.map(({ slug, display_name }) => (
                  <li key={slug}>
                    <RowLink to="/operator/apps/$slug" params={{ slug }}>
                      <BidiText>{display_name}</BidiText>
                    </RowLink>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            say('posts'),
            user.posts > 0 && (
              <RowLink key="posts" to="/operator/posts" search={{ owner: user.host_id }}>
                {say('postCount', { count: user.posts })}
              </RowLink>
            ),
          ],
        ]}
      />
      <p className="mt-4 flex flex-wrap gap-x-6 gap-y-2">
        <RowLink to="/operator/history" search={{ user: user.host_id }}>
          {say('history')}
        </RowLink>
        {user.operator && (
          <RowLink to="/operator/history" search={{ operator: user.host_id }}>
            {say('did')}
          </RowLink>
        )}
      </p>
    </Panel>
  )
}
