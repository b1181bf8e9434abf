import { Repeat } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Replay } from '../../api/console/console-shapes.ts'
import { PageHead } from '../../desk/page-head.tsx'
import { PagedList } from '../../desk/paged-list.tsx'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { useThisApp } from '../frame/app-frame.tsx'
import { appPath, useConsoleData, usePages } from '../frame/console-queries.ts'
import { consoleWords } from '../words.ts'
import { ReplayCard } from './replay-card.tsx'
import { StartReplayDialog } from './start-replay-dialog.tsx'
import { trafficWords } from './words.ts'

export function ReplaysPage(): ReactNode {
  const say = useWords(trafficWords)
  const sayConsole = useWords(consoleWords)
  const { slug } = useThisApp()
  const pages = usePages<'replays', Replay>(appPath(slug, '/replays'))
  const [isAsking, setAsking] = useState(false)
  const hasAny = pages.data?.pages.some(({ replays }) => replays.length > 0)
  const begin = (
    <Button kind="main" icon={<Repeat className="size-4" />} onClick={() => setAsking(true)}>
      {say('newReplay')}
    </Button>
  )
  return (
    <div className="grid gap-6">
      <PageHead
        title={sayConsole('sections.replays')}
        description={say('replaysText')}
        actions={hasAny && begin}
      />
      <PagedList
        pages={pages}
        name="replays"
        empty={{ icon: <Repeat />, title: say('noReplays'), text: say('noReplaysText'), action: begin }}
      >
        {(rows) => (
          <ul className="grid gap-4">
            {rows.map((replay) => (
              <li key={replay.id}>
                <LiveReplay first={replay} slug={slug} />
              </li>
            ))}
          </ul>
        )}
      </PagedList>
      {isAsking && <StartReplayDialog onClose={() => setAsking(false)} />}
    </div>
  )
}

const LOOK_AGAIN_MS = 1_500

/** A replay that goes on is looked at again and again; one that has ended is shown as it was listed. */
function LiveReplay({ first, slug }: { first: Replay; slug: string }): ReactNode {
  const isOver = first.status === 'done' || first.status === 'cancelled'
  return isOver ? <ReplayCard replay={first} slug={slug} /> : <WatchedReplay first={first} slug={slug} />
}

function WatchedReplay({ first, slug }: { first: Replay; slug: string }): ReactNode {
  const { data = first } = useConsoleData<Replay>(appPath(slug, `/replays/${first.id}`), {
    every: (last) => (last?.status === 'running' ? LOOK_AGAIN_MS : false),
  })
  return <ReplayCard replay={data} slug={slug} />
}
