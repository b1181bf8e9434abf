import { ChevronDown } from 'lucide-react'
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'

const CONTROL =
  'w-full rounded-normal border border-line-strong bg-paper px-3 text-ink placeholder:text-soft aria-invalid:border-bad disabled:opacity-60'

/** An empty field goes the way of the page, so that its placeholder does too. */
const directionOf = (value: unknown): 'auto' | undefined => (value === '' ? undefined : 'auto')

export type TextInputProps = InputHTMLAttributes<HTMLInputElement>

/** `dir` is that of what stands there unless given: URLs, keys and codes take `ltr`. */
export function TextInput({ className, ...rest }: TextInputProps): ReactNode {
  return (
    <input dir={directionOf(rest.value)} {...rest} className={classNames(CONTROL, 'min-h-11', className)} />
  )
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>): ReactNode {
  return (
    <textarea
      dir={directionOf(rest.value)}
      {...rest}
      className={classNames(CONTROL, 'min-h-20 py-2', className)}
    />
  )
}

export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    // The browser's own arrow heeds no padding: right to left it sticks to the border.
    <span className={classNames('relative block w-full', className)}>
      <select {...rest} className={classNames(CONTROL, 'min-h-11 appearance-none pe-10')}>
        {children}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 end-3 my-auto size-4 text-soft"
      />
    </span>
  )
}
