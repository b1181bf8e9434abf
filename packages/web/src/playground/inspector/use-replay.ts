import { useMutation } from '@tanstack/react-query'
import { useDevelopment } from '../../api/development/development-scope.tsx'
import type { Exchange, TriggerAnswer } from '../../api/development/story-shapes.ts'
import { ApiFailure, type Request } from '../../api/request.ts'
import { useWords } from '../../i18n/use-words.ts'
import { failureWords } from '../../ui/failure-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { uiWords } from '../../ui/words.ts'
import { type TriggerCall, triggerCallOf } from './trigger-call-of.ts'
import { useStoryChanged } from './use-story.ts'
import { inspectorWords } from './words.ts'

export const trigger = (request: Request, slug: string, call: TriggerCall): Promise<TriggerAnswer> =>
  request<TriggerAnswer>('POST', `/dev/v1/apps/${encodeURIComponent(slug)}/trigger`, { body: call })

/** Makes a call to an app once more: an event as a delivery of its own, what a click asked by hand. */
export function useReplay(exchange: Exchange): { start: () => void; isUnderWay: boolean } {
  const request = useDevelopment()
  const say = useWords(inspectorWords)
  const sayFailure = useWords(uiWords)
  const toast = useToast()
  const changed = useStoryChanged()
  const { mutate, isPending } = useMutation({
    mutationFn: async (): Promise<string | null> => {
      const { delivery_id: delivery } = exchange.refs
      if (delivery !== undefined) {
        await request('POST', `/dev/v1/deliveries/${delivery}/resend`)
        return null
      }
      const call = triggerCallOf(exchange)
      if (call === null || exchange.app === null) return say('replayFailed')
      const answer = await trigger(request, exchange.app, call)
      return answer.failure?.reason ?? null
    },
    onSuccess: (failure) => {
      toast(failure === null ? { text: say('replayed') } : { text: failure, tone: 'bad' })
      changed()
    },
    onError: (error) => {
      const why = error instanceof ApiFailure ? error.message : failureWords(sayFailure, error)
      toast({ text: `${say('replayFailed')}: ${why}`, tone: 'bad' })
    },
  })
  return { start: () => mutate(), isUnderWay: isPending }
}
