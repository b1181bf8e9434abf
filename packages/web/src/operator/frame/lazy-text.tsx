import { type ReactNode, useId } from 'react'
import { TextInput } from '../../ui/text-input.tsx'
import { useLazyText } from './use-lazy-text.ts'

export interface LazyTextProps {
  label: string
  placeholder: string
  value: string
  onChange: (value: string) => void
}

/** A name to filter by, such as a slug. */
export function LazyText({ label, placeholder, value, onChange }: LazyTextProps): ReactNode {
  const id = useId()
  const { text, setText, tellNow } = useLazyText(value, onChange)
  return (
    <div className="grid gap-1 max-sm:grow">
      <label htmlFor={id} className="text-xs font-semibold text-soft">
        {label}
      </label>
      <TextInput
        id={id}
        maxLength={100}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && tellNow()}
      />
    </div>
  )
}
