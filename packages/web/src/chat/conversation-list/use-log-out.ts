import { useWords } from '../../i18n/use-words.ts'
import { useStart } from '../../shell/start-context.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { usePerson } from '../person-scope.tsx'

/** Ends the session and goes where one logs in; null where the page shows somebody in particular. */
export function useLogOut(): (() => void) | null {
  const { base, request, leave } = usePerson()
  const { login_url } = useStart()
  const say = useWords(uiWords)
  const toast = useToast()
  if (base !== '') return null
  return () => {
    request('POST', '/logout').then(
      () => {
        leave()
        location.assign(login_url)
      },
      (error: unknown) => toast({ text: failureWords(say, error), tone: 'bad' }),
    )
  }
}
