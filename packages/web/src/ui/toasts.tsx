import { X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { classNames } from './class-names.ts'
import { uiWords } from './words.ts'

export interface ToastText {
  text: string
  tone?: 'plain' | 'bad'
  /** Whose words it is, such as an app's name; none for our own. */
  from?: string
}

const Show = createContext<(toast: ToastText) => void>(() => {})

const isSame = (one: ToastText, other: ToastText): boolean =>
  one.text === other.text && one.from === other.from && one.tone === other.tone

const SHOWN_MS = 6_000
const MOST = 4

/** Shows a text for a moment, and reads it out. */
export const useToast = (): ((toast: ToastText) => void) => useContext(Show)

export interface ToastsProps {
  /** Whose part of the window this is, which then shows them within itself; the whole window without. */
  of?: string
  children: ReactNode
}

/** Shows what is toasted by its children: above where one writes, and at the top of a phone. */
export function Toasts({ of, children }: ToastsProps): ReactNode {
  const say = useWords(uiWords)
  const [shown, setShown] = useState<readonly (ToastText & { id: number })[]>([])
  const show = useCallback(
    (toast: ToastText) =>
      setShown((before) => [
        ...before.filter((other) => !isSame(other, toast)).slice(1 - MOST),
        { ...toast, id: (before.at(-1)?.id ?? 0) + 1 },
      ]),
    [],
  )
  const hide = (id: number): void => setShown((before) => before.filter((toast) => toast.id !== id))
  return (
    <Show.Provider value={useMemo(() => show, [show])}>
      <Toast.Provider duration={SHOWN_MS} label={say('close')} swipeDirection="down">
        {children}
        {shown.map(({ id, text, tone = 'plain', from }) => (
          <Toast.Root
            key={id}
            onOpenChange={(open) => !open && hide(id)}
            className={classNames(
              'flex items-start gap-3 rounded-normal border border-line bg-raised p-4 shadow-raised data-[state=open]:animate-rise',
              tone === 'bad' && 'border-bad',
            )}
          >
            <div className="min-w-0 grow">
              {from && (
                <Toast.Title className="text-sm font-semibold text-app">
                  <bdi dir="auto">{from}</bdi>
                </Toast.Title>
              )}
              <Toast.Description className="max-h-48 overflow-y-auto [overflow-wrap:anywhere]">
                {from ? <bdi dir="auto">{text}</bdi> : text}
              </Toast.Description>
            </div>
            <Toast.Close aria-label={say('close')} className="rounded-small p-1 text-soft hover:bg-sunken">
              <X aria-hidden="true" className="size-4" />
            </Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport
          label={of === undefined ? say('toasts') : say('toastsOf', { name: of })}
          className={classNames(
            'inset-x-4 z-50 mx-auto grid max-w-md grid-cols-[minmax(0,1fr)] gap-2 outline-none',
            of === undefined ? 'fixed max-sm:top-16 sm:bottom-24' : 'absolute bottom-24',
          )}
        />
      </Toast.Provider>
    </Show.Provider>
  )
}
