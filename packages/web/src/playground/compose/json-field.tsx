import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Field } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-input.tsx'
import { composeWords } from './compose-words.ts'

export interface JsonFieldProps {
  label: string
  value: unknown
  error?: string | undefined
  hint?: string
  className?: string
  onChange: (value: unknown) => void
}

/** JSON as text. While it is none it stays as it was typed, and the value is what was last one. */
export function JsonField({ label, value, error, hint, className, onChange }: JsonFieldProps): ReactNode {
  const say = useWords(composeWords)
  const [typed, setTyped] = useState<{ text: string; meant: string; fault: string | null } | null>(null)
  const meant = JSON.stringify(value)
  // What was typed counts until the value is changed elsewhere.
  const own = typed !== null && (typed.fault !== null || typed.meant === meant) ? typed : null
  return (
    <Field
      label={label}
      {...(hint !== undefined && { hint })}
      error={own?.fault ? say('edit.dataWrong', { why: own.fault }) : error}
    >
      {(control) => (
        <TextArea
          {...control}
          dir="ltr"
          spellCheck={false}
          className={`font-mono text-sm ${className ?? ''}`}
          value={own?.text ?? JSON.stringify(value, null, 2)}
          onBlur={() => own?.fault === null && setTyped(null)}
          onChange={(event) => {
            const text = event.target.value
            try {
              const next: unknown = JSON.parse(text)
              setTyped({ text, meant: JSON.stringify(next), fault: null })
              onChange(next)
            } catch (fault) {
              setTyped({ text, meant, fault: fault instanceof Error ? fault.message : String(fault) })
            }
          }}
        />
      )}
    </Field>
  )
}
