import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFaultSwitches } from '../../api/development/app-faults.ts'
import { useDemoBotSwitch } from '../../api/development/demo-bot.ts'
import { useLiftingBlocks } from '../../api/development/peer-block.ts'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { Chip } from '../../ui/chip.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { ErrorState, LoadingRows } from '../../ui/states.tsx'
import { uiWords } from '../../ui/words.ts'
import type { Scene } from '../scene.ts'
import { useFaultsOn } from '../use-faults-on.ts'
import { AppFaultsGroup } from './app-faults-group.tsx'
import { DemoBotCard } from './demo-bot-card.tsx'
import { faultWords } from './fault-words.ts'
import { PeopleFaultsGroup } from './people-faults-group.tsx'
import { PlatformFaultsGroup } from './platform-faults-group.tsx'
import { QueueCard } from './queue-card.tsx'
import { NO_FAULTS } from './switched-faults.ts'

export interface FaultsPanelProps {
  slug: string
  /** The chat whose people may refuse; null where none is chosen. */
  scene: Scene | null
}

/** Everything that can go wrong between an app, the platform and two people, by a switch each. */
export function FaultsPanel({ slug, scene }: FaultsPanelProps): ReactNode {
  const say = useWords(faultWords)
  const sayUi = useWords(uiWords)
  const { faults, blocks, isBotRefused, count, error, refetch } = useFaultsOn(slug, scene)
  const change = useFaultSwitches(slug)
  const lift = useLiftingBlocks()
  const connect = useDemoBotSwitch()
  if (!faults)
    return error ? <ErrorState error={error} onRetry={() => refetch()} /> : <LoadingRows count={5} />
  const set = change.mutate
  const backToNormal = (): void => {
    set(NO_FAULTS)
    if (blocks.length > 0) lift.mutate(blocks)
    if (isBotRefused) connect.mutate(true)
  }
  const failure = change.error ?? lift.error ?? connect.error
  return (
    <div className="@container grid content-start gap-6 p-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="flex flex-wrap items-center gap-2 font-semibold">
          {say('title')}
          <span role="status">
            <Chip tone={count > 0 ? 'bad' : 'good'}>{count > 0 ? say('on', { count }) : say('calm')}</Chip>
          </span>
        </h2>
        <Button
          size="small"
          icon={<RotateCcw className="size-4" />}
          disabled={count === 0}
          onClick={backToNormal}
        >
          {say('reset')}
        </Button>
      </header>
      {failure && (
        <Callout tone="bad" title={say('notSaved')}>
          {failureWords(sayUi, failure)}
        </Callout>
      )}
      <QueueCard slug={slug} isDown={faults.down} />
      <AppFaultsGroup faults={faults} onChange={set} />
      <PlatformFaultsGroup slug={slug} faults={faults} onChange={set} />
      {scene ? (
        <PeopleFaultsGroup slug={slug} scene={scene} isBotRefused={isBotRefused} />
      ) : (
        <p className="text-sm text-soft">{say('people.noChat')}</p>
      )}
      <DemoBotCard />
    </div>
  )
}
