import type { UseQueryResult } from '@tanstack/react-query'
import type { AppDetails, ListedApp } from '../../api/console/console-shapes.ts'
import { surfaceQueries } from '../../desk/surface-queries.ts'

export const { useData: useConsoleData, usePages, useChange } = surfaceQueries('/console/v1')

export const appPath = (slug: string, below = ''): string => `/apps/${encodeURIComponent(slug)}${below}`

export const useApps = (): UseQueryResult<{ apps: ListedApp[] }> => useConsoleData('/apps')
export const useApp = (slug: string): UseQueryResult<AppDetails> => useConsoleData(appPath(slug))
