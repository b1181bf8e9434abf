import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { TextInput, type TextInputProps } from '../../ui/text-input.tsx'
import { appWords } from './app-words.ts'

export interface SecretInputProps extends Omit<TextInputProps, 'type' | 'dir'> {
  /** What it is, for the button that shows it. */
  what: string
}

/** A key or secret to be written, out of sight as those that are only shown. */
export function SecretInput({ what, ...rest }: SecretInputProps): ReactNode {
  const say = useWords(appWords)
  const [isShown, setShown] = useState(false)
  return (
    <div className="flex items-center gap-1">
      <TextInput
        {...rest}
        dir="ltr"
        type={isShown ? 'text' : 'password'}
        autoComplete="off"
        spellCheck={false}
      />
      <IconButton
        label={say(isShown ? 'hide' : 'show', { what })}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? <EyeOff /> : <Eye />}
      </IconButton>
    </div>
  )
}
