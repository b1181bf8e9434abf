import type { UseQueryResult } from '@tanstack/react-query'
import type { Overview } from '../../api/operator/operator-shapes.ts'
import { surfaceQueries } from '../../desk/surface-queries.ts'

export const { useData: useOperatorData, usePages, useChange } = surfaceQueries('/operator/v1')

const OVERVIEW_MS = 5_000

export const useOverview = (): UseQueryResult<Overview> =>
  useOperatorData<Overview>('/overview', { every: () => OVERVIEW_MS })
