import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { classNames } from '../ui/class-names.ts'
import { VIEWS, type View } from './place.ts'
import { playgroundWords } from './words.ts'

/** Which part a narrow window shows; all of them are there, so nothing is loaded anew. */
export function ViewSwitch({ view, onChoose }: { view: View; onChoose: (view: View) => void }): ReactNode {
  const say = useWords(playgroundWords)
  return (
    <nav
      aria-label={say('views')}
      className="flex shrink-0 overflow-x-auto border-b border-line bg-paper px-1 min-[1100px]:hidden"
    >
      {VIEWS.map((each) => (
        <button
          key={each}
          type="button"
          aria-current={each === view || undefined}
          onClick={() => onChoose(each)}
          className={classNames(
            'min-h-11 grow border-b-2 px-2.5 text-sm font-semibold whitespace-nowrap',
            each === view ? 'border-accent text-ink' : 'border-transparent text-soft',
          )}
        >
          {each === 'buyer' || each === 'seller' ? say(`sides.${each}`) : say(`panels.${each}`)}
        </button>
      ))}
    </nav>
  )
}
