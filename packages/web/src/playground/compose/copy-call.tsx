import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { curlOf } from '../inspector/curl-of.ts'
import { sdkCodeOf } from '../inspector/sdk-code-of.ts'
import { composeWords } from './compose-words.ts'
import { type SameCall, sameCall } from './same-call.ts'

const SHOWN_MS = 2_000

/** The same call for a shell or a program, without secrets. */
export function CopyCall({ call }: { call: SameCall }): ReactNode {
  const say = useWords(composeWords)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (generate: typeof curlOf | typeof sdkCodeOf) => () =>
    void navigator.clipboard
      .writeText(generate(sameCall(call), { origin: location.origin }))
      .then(() => setCopied(true))
  return (
    <Menu
      trigger={
        <IconButton label={say(copied ? 'copy.copied' : 'copy.label')}>
          {copied ? <Check className="text-good" /> : <Copy />}
        </IconButton>
      }
    >
      <MenuItem onSelect={copy(curlOf)}>{say('copy.curl')}</MenuItem>
      <MenuItem onSelect={copy(sdkCodeOf)}>{say('copy.sdk')}</MenuItem>
    </Menu>
  )
}
