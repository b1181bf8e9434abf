import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { Button } from './button.tsx'
import { uiWords } from './words.ts'

const SHOWN_MS = 2_000

export interface CopyButtonProps {
  text: string
  /** What is copied, such as "Copy as curl"; "Copy" by default. */
  label?: string
}

export function CopyButton({ text, label }: CopyButtonProps): ReactNode {
  const say = useWords(uiWords)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      kind="quiet"
      size="small"
      icon={copied ? <Check className="size-4" /> : <Copy className="size-4" />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{copied ? say('copied') : (label ?? say('copy'))}</span>
    </Button>
  )
}
