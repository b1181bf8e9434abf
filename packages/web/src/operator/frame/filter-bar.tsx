import { Search } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Select, TextInput } from '../../ui/text-input.tsx'
import { operatorWords } from '../words.ts'
import { useLazyText } from './use-lazy-text.ts'

/** Filters in one line; on a phone each below the other. */
export function FilterBar({ children }: { children: ReactNode }): ReactNode {
  const say = useWords(operatorWords)
  return (
    <search aria-label={say('filters')} className="flex flex-wrap items-end gap-3">
      {children}
    </search>
  )
}

export interface SearchFieldProps {
  label: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
}

/** Searches when the reader stops typing, or presses Enter. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps): ReactNode {
  const id = useId()
  const { text, setText, tellNow } = useLazyText(value, onChange)
  return (
    <div className="relative min-w-56 grow">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-3 top-1/2 size-4 -translate-y-1/2 text-soft"
      />
      <TextInput
        id={id}
        type="search"
        maxLength={100}
        placeholder={placeholder ?? label}
        className="ps-9"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && tellNow()}
      />
    </div>
  )
}

export interface ChoiceFieldProps {
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}

/** One of several; the empty value stands for all. */
export function ChoiceField({ label, value, options, onChange }: ChoiceFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="grid min-w-36 gap-1 max-sm:grow">
      <label htmlFor={id} className="text-xs font-semibold text-soft">
        {label}
      </label>
      <Select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    </div>
  )
}

export interface PillsProps {
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}

/** One of a few that all stand in view. */
export function Pills({ label, value, options, onChange }: PillsProps): ReactNode {
  const name = useId()
  return (
    <fieldset className="max-w-full min-w-0">
      <legend className="sr-only">{label}</legend>
      <div className="flex gap-1 overflow-x-auto rounded-normal border border-line bg-paper p-1">
        {options.map((option) => (
          <label
            key={option.value}
            className="relative grid min-h-9 cursor-pointer place-items-center rounded-small px-3 text-sm font-semibold whitespace-nowrap text-soft transition-colors hover:text-ink has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 cursor-pointer appearance-none outline-none"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
