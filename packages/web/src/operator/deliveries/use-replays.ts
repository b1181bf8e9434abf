import type { Replay } from '../../api/operator/operator-shapes.ts'
import type { Page, Pages } from '../../desk/surface-queries.ts'
import { usePages } from '../frame/operator-queries.ts'

const POLL_MS = 2_000
const IDLE_MS = 15_000

/** All replays, looked at often while one runs. */
export const useReplays = (): Pages<'replays', Replay> =>
  usePages<'replays', Replay>('/replays', {}, (data) =>
    data?.pages.some((page: Page<'replays', Replay>) =>
      page.replays.some(({ status }) => status === 'running'),
    )
      ? POLL_MS
      : IDLE_MS,
  )
