import { useCallback } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use-words.ts'
import { useToast } from '../../ui/toasts.tsx'
import { usePerson } from '../person-scope.tsx'
import { attachWords } from './words.ts'

/** Sends files into a conversation; says of each that is not taken why. */
export function useFiles(conversationId: string): (files: Iterable<File>) => void {
  const { uploader } = usePerson()
  const say = useWords(attachWords)
  const { bytes } = useFormat()
  const toast = useToast()
  return useCallback(
    (files) => {
      for (const file of files) {
        void uploader.add(conversationId, file).then((fault) => {
          if (fault === null) return
          const { name } = file
          const text =
            fault.kind === 'too-large'
              ? say('tooLarge', { name, most: bytes(fault.most) })
              : say(fault.kind === 'empty' ? 'empty' : 'wrongType', { name })
          toast({ text, tone: 'bad' })
        })
      }
    },
    [uploader, conversationId, say, bytes, toast],
  )
}
