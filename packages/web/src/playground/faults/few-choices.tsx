import { type ReactNode, useId } from 'react'
import { classNames } from '../../ui/class-names.ts'

export interface FewChoicesProps {
  label: string
  value: number
  options: readonly { value: number; label: string }[]
  onChange: (value: number) => void
}

/** One of a few numbers, all in view, beside what they are of. */
export function FewChoices({ label, value, options, onChange }: FewChoicesProps): ReactNode {
  const name = useId()
  return (
    <fieldset className="mb-2 flex flex-wrap items-center gap-2">
      <legend className="sr-only">{label}</legend>
      <span aria-hidden="true" className="text-sm text-soft">
        {label}
      </span>
      {options.map((option) => (
        <label
          key={option.value}
          className={classNames(
            'inline-flex min-h-9 cursor-pointer items-center rounded-full border px-3 text-sm font-semibold has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            option.value === value
              ? 'border-bad bg-paper text-bad'
              : 'border-line bg-raised text-soft hover:border-line-strong hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
