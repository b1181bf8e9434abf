import { useAppFaults } from '../api/development/app-faults.ts'
import { useDemoBot } from '../api/development/demo-bot.ts'
import type { AppFaults } from '../api/development/development-shapes.ts'
import { type BlockPlace, useBlocksAt } from '../api/development/peer-block.ts'
import { countFaults } from './count-faults.ts'
import type { Scene } from './scene.ts'

export interface FaultsOn {
  /** Undefined until they are known. */
  faults: AppFaults | undefined
  /** Which of the two people has blocked the other. */
  blocks: BlockPlace[]
  /** Nobody lets the bundled app write any more; of other apps nobody knows whether they ever had a consent. */
  isBotRefused: boolean
  count: number
  error: Error | null
  refetch: () => unknown
}

/** Where each of the two can block the other. */
export const blockPlaces = ({ buyer, seller, conversation }: Scene): BlockPlace[] =>
  [buyer, seller].map(({ host_id }) => ({ person: host_id, conversationId: conversation.id }))

/** All that is made to go wrong between an app, the platform and the two people of a chat. */
export function useFaultsOn(slug: string, scene: Scene | null): FaultsOn {
  const { data: faults, error, refetch } = useAppFaults(slug)
  const { data: bot } = useDemoBot()
  const blocks = useBlocksAt(scene ? blockPlaces(scene) : [])
  const isBotRefused = bot?.slug === slug && bot.enabled && !bot.connected
  const count = (faults ? countFaults(faults) : 0) + blocks.length + (isBotRefused ? 1 : 0)
  return { faults, blocks, isBotRefused, count, error, refetch }
}
