import { ApiFailure, NoAnswer } from '../api/request.ts'
import type { Say } from '../i18n/use-words.ts'
import type { uiWords } from './words.ts'

/** What went wrong and what helps, in the reader's language; the server's own words only where nothing else is known. */
export function failureWords(say: Say<(typeof uiWords)['en']>, error: unknown): string {
  if (error instanceof NoAnswer) return say('failure.noAnswer')
  if (!(error instanceof ApiFailure)) return say('failure.unknown', { request: '–' })
  const { status } = error
  if (status === 401) return say('failure.sessionEnded')
  if (status === 403) return say('failure.forbidden')
  if (status === 404) return say('failure.notFound')
  if (status === 413) return say('failure.tooLarge')
  if (status === 429) return say('failure.tooMany', { count: Math.ceil((error.retryAfterMs ?? 1000) / 1000) })
  if (status === 503) return say('failure.away')
  if (status >= 500) return say('failure.unknown', { request: error.requestId ?? '–' })
  return say('failure.wrongInput', { message: [...error.fields.values()][0] ?? error.message })
}
