import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { consoleWords } from '../words.ts'

export interface ShownSecret {
  name: string
  value: string
}

export interface SecretOnceProps {
  title: string
  text: string
  secrets: readonly ShownSecret[]
  done?: string
  onDone: () => void
}

/** Secrets that are shown this once: closed by the one button alone, not by a slip of the hand. */
export function SecretOnce({ title, text, secrets, done, onDone }: SecretOnceProps): ReactNode {
  const say = useWords(consoleWords)
  const [isOpen, setOpen] = useState(true)
  const close = (): void => {
    setOpen(false)
    onDone()
  }
  return (
    <Dialog
      open={isOpen}
      onOpenChange={() => {}}
      title={title}
      description={text}
      footer={
        <Button kind="main" onClick={close}>
          {done ?? say('kept')}
        </Button>
      }
    >
      <div className="grid gap-4 *:min-w-0">
        {secrets.map(({ name, value }) => (
          <CodeBlock key={name} label={name} code={value} />
        ))}
      </div>
    </Dialog>
  )
}
