import type { ReactNode } from 'react'
import { Field } from './field.tsx'
import { Select } from './text-input.tsx'

export interface SelectFieldProps {
  label: string
  value: string
  /** An empty value stands for all of them. */
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}

/** One of several, under its label. */
export function SelectField({ label, value, options, onChange }: SelectFieldProps): ReactNode {
  return (
    <Field label={label}>
      {(control) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
