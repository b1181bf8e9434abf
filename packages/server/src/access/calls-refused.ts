import { ApiError, type ReasonOf } from '../errors.ts'

export type CallWindow = 'minute' | 'day'

const WORDS: Readonly<Record<CallWindow, { reason: ReasonOf<'RESOURCE_EXHAUSTED'>; time: string }>> = {
  minute: { reason: 'MINUTE_LIMIT_EXCEEDED', time: 'a minute' },
  day: { reason: 'DAILY_QUOTA_EXCEEDED', time: 'a day (of UTC)' },
}

/**
 * The refusal of a call beyond an app's limit (wire contract §12): which limit, its size, when it resets.
 * @param seconds until then.
 * @param headers how the app stands otherwise; null when nothing is known of it.
 */
export function callsRefused({
  window,
  limit,
  seconds,
  resetsAt,
  headers,
}: {
  window: CallWindow
  limit: number
  seconds: number
  resetsAt: Date
  headers: Readonly<Record<string, string>> | null
}): ApiError {
  const { reason, time } = WORDS[window]
  const until = resetsAt.toISOString()
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `the app has made the ${limit} calls that it may make in ${time}: wait ${seconds} s, until ${until}, ` +
      'or ask the marketplace for a higher limit',
    {
      reason,
      metadata: { window, limit: String(limit), resets_at: until },
      headers: {
        'retry-after': String(seconds),
        ...headers,
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(seconds),
      },
    },
  )
}
