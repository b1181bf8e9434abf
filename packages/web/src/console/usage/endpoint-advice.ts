import type { EndpointHealth } from '../../api/console/console-shapes.ts'
import type { Format } from '../../i18n/format.ts'
import type { Say } from '../../i18n/use-words.ts'
import type { usageWords } from './words.ts'

/** How an events URL fares and what to do, as one sentence, and how grave it is. */
export function endpointAdvice(
  health: EndpointHealth,
  say: Say<(typeof usageWords)['en']>,
  format: Format,
): { tone: 'good' | 'info' | 'warn' | 'bad'; text: string } {
  const { state } = health
  if (state === 'no_url') return { tone: 'info', text: say('advice.no_url') }
  if (state === 'disabled') {
    const isGone = health.disabled_reason === 'answered_410_gone'
    return { tone: 'bad', text: say(isGone ? 'advice.gone' : 'advice.disabled') }
  }
  if (state === 'paused')
    return { tone: 'warn', text: say('advice.paused', { when: format.time(health.paused_until ?? 0) }) }
  if (health.warned_at !== null)
    return {
      tone: 'bad',
      text: say('advice.warned', { when: format.dateTime(health.first_failure_at ?? 0) }),
    }
  if (health.failure_streak > 0) return { tone: 'warn', text: say('advice.failing') }
  return { tone: 'good', text: say('advice.enabled') }
}
