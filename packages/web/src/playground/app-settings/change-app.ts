import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { DevelopmentApp } from '../../api/development/development-shapes.ts'
import { SURROUNDINGS } from '../../api/development/surroundings.ts'
import { ApiFailure } from '../../api/request.ts'

export type AppChange = Readonly<Record<string, unknown>>

/** Makes an app or changes what is given; what was known of it is brought up to date. */
export function useAppChange(): UseMutationResult<
  DevelopmentApp,
  unknown,
  { slug: string; change: AppChange }
> {
  const request = useDevelopment()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ slug, change }: { slug: string; change: AppChange }) =>
      request<DevelopmentApp>('PUT', `/dev/v1/apps/${encodeURIComponent(slug)}`, { body: change }),
    async onSuccess(app) {
      queries.setQueryData(['app', app.slug], app)
      await Promise.all([
        queries.invalidateQueries({ queryKey: SURROUNDINGS }),
        queries.invalidateQueries({ queryKey: ['touchpoints', app.slug] }),
      ])
    },
  })
}

/** What the server says is wrong with one field. */
export const faultOf = (error: unknown, field: string): string | undefined =>
  error instanceof ApiFailure ? error.fields.get(field) : undefined
