import { type ReactNode, useId } from 'react'
import type { Words } from '../i18n/define-words.ts'
import { useWords } from '../i18n/use-words.ts'

export interface CheckRowProps {
  /** What each name allows. */
  words: Words<Record<string, string>>
  name: string
  checked: boolean
  onChange: (checked: boolean) => void
  /** At the end of the line, such as whether it is approved. */
  children?: ReactNode
}

/** A permission or scope to choose: in words first, by its name second. */
export function CheckRow({ words, name, checked, onChange, children }: CheckRowProps): ReactNode {
  const say = useWords(words)
  const id = useId()
  return (
    <label
      htmlFor={id}
      className="flex min-h-11 cursor-pointer items-start gap-3 rounded-small px-2 py-2 hover:bg-sunken"
    >
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <span className="grid min-w-0 grow">
        <span>{say(name)}</span>
        <code className="justify-self-start text-xs break-all text-soft">{name}</code>
      </span>
      {children && <span className="flex shrink-0 flex-wrap justify-end gap-1">{children}</span>}
    </label>
  )
}
