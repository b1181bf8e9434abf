import { Repeat2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { PageHead } from '../../desk/page-head.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { LoadMore } from '../../ui/load-more.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Loaded } from '../frame/page-parts.tsx'
import { RowLink } from '../frame/row-link.tsx'
import { ReplayCard } from './replay-card.tsx'
import { useReplays } from './use-replays.ts'
import { deliveriesWords } from './words.ts'

export function ReplaysPage(): ReactNode {
  const say = useWords(deliveriesWords)
  const replays = useReplays()
  return (
    <>
      <PageHead title={say('replays.title')} description={say('replays.text')} />
      <Loaded query={replays}>
        {(data) => {
          const all = data.pages.flatMap((page) => page.replays)
          if (all.length === 0) {
            return (
              <div className="rounded-large border border-line bg-paper">
                <EmptyState
                  icon={<Repeat2 />}
                  title={say('replays.empty')}
                  action={<RowLink to="/operator/deliveries">{say('replays.toDead')}</RowLink>}
                >
                  {say('replays.emptyText')}
                </EmptyState>
              </div>
            )
          }
          return (
            <>
              <ul className="grid gap-4">
                {all.map((replay) => (
                  <li key={replay.id}>
                    <ReplayCard replay={replay} />
                  </li>
                ))}
              </ul>
              <LoadMore
                has={replays.hasNextPage}
                busy={replays.isFetchingNextPage}
                onMore={() => void replays.fetchNextPage()}
              />
            </>
          )
        }}
      </Loaded>
    </>
  )
}
