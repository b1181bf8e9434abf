import { useCallback } from 'react'
import type { OperatorAction, Person } from '../../api/operator/operator-shapes.ts'
import { USER_FLAGS } from '../../api/operator/operator-shapes.ts'
import { useWords } from '../../i18n/use-words.ts'
import { operatorWords } from '../words.ts'
import { historyWords } from './words.ts'

/** Says what somebody did as a sentence. */
export function useActionSentence(): (action: OperatorAction) => string {
  const say = useWords(historyWords)
  const sayAll = useWords(operatorWords)
  return useCallback(
    (action) => {
      const named = (person: Person | null): string =>
        person === null ? say('somebody') : person.name || person.host_id
      const by = named(action.operator)
      const app = action.app?.display_name ?? say('everyApp')
      switch (action.action) {
        case 'decide_app':
          return say(decisionOf(action), { by, app })
        case 'limit_app':
          return say('limited', { by, app })
        case 'change_user': {
          const changed = USER_FLAGS.filter((flag) => action.after?.[flag] !== undefined)
          const flags = changed.map((flag) => sayAll(`flag.${flag}`)).join(' / ')
          const given = changed.some((flag) => action.after?.[flag] === true)
          return say(given ? 'gave' : 'took', { by, user: named(action.user), flags })
        }
        case 'start_replay':
          return say('replay.start', { by, app })
        case 'pause_replay':
          return say('replay.pause', { by, app })
        case 'resume_replay':
          return say('replay.resume', { by, app })
        default:
          return say('replay.cancel', { by, app })
      }
    },
    [say, sayAll],
  )
}

function decisionOf({ after }: OperatorAction): 'approved' | 'declined' | 'withdrew' {
  if (after?.approved === true) return 'approved'
  return after?.state === 'development' ? 'declined' : 'withdrew'
}
