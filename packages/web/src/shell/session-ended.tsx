import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { useStart } from './start-context.tsx'
import { shellWords } from './words.ts'

/** Stands over the page, whose unsent words stay as they are, until the person logs in again. */
export function SessionEnded(): ReactNode {
  const say = useWords(shellWords)
  const { login_url } = useStart()
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <AlertDialog.Content className="fixed inset-x-4 top-1/2 z-50 mx-auto grid max-w-md -translate-y-1/2 gap-4 rounded-large bg-paper p-6 shadow-raised">
          <AlertDialog.Title className="text-lg font-semibold">{say('sessionEnded.title')}</AlertDialog.Title>
          <AlertDialog.Description className="text-soft">{say('sessionEnded.text')}</AlertDialog.Description>
          {/* The one that the dialog gives the focus to. */}
          <AlertDialog.Cancel asChild>
            <a
              href={backHere(login_url, location)}
              className="grid min-h-11 place-items-center rounded-normal bg-accent px-4 font-semibold text-on-accent"
            >
              {say('sessionEnded.logIn')}
            </a>
          </AlertDialog.Cancel>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

/** The document may have been loaded at another page than the one where one is by now. */
function backHere(loginUrl: string, { origin, pathname, search }: Location): string {
  const url = new URL(loginUrl, origin)
  const here = pathname + search
  if (!url.searchParams.has('return_to')) return here
  url.searchParams.set('return_to', here)
  return url.pathname + url.search
}
