import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'

export interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: ReactNode }[]
  onChange: (value: T) => void
}

/** One of a few, all in view. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-semibold">{label}</legend>
      <div className="flex gap-1 rounded-normal bg-sunken p-1">
        {options.map((option) => (
          <label
            key={option.value}
            className={classNames(
              'grid min-h-9 min-w-0 grow basis-0 cursor-pointer place-items-center rounded-small px-2 text-center text-sm font-semibold has-focus-visible:outline-2 has-focus-visible:outline-accent',
              option.value === value ? 'bg-raised text-ink shadow-sm' : 'text-soft hover:text-ink',
            )}
          >
            <input
              type="radio"
              className="sr-only"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className="max-w-full truncate">{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
