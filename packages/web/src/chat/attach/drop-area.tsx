import { type DragEvent, type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/use-words.ts'
import { useFiles } from './use-files.ts'
import { attachWords } from './words.ts'

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')

/** Files that are dropped on the conversation are sent into it. */
export function DropArea({
  conversationId,
  label,
  isOpen,
  children,
}: {
  conversationId: string
  label: string
  /** Whether anything can be sent there now. */
  isOpen: boolean
  children: ReactNode
}): ReactNode {
  const say = useWords(attachWords)
  const send = useFiles(conversationId)
  const [isOver, setOver] = useState(false)
  return (
    <section
      aria-label={label}
      onDragOver={(event) => {
        if (!isOpen || !holdsFiles(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      }}
      onDrop={(event) => {
        setOver(false)
        if (!isOpen || !holdsFiles(event)) return
        event.preventDefault()
        send([...event.dataTransfer.files])
      }}
      className="relative flex h-full min-h-0 min-w-0 flex-col bg-ground"
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-large border-2 border-dashed border-accent bg-accent-soft/90 text-lg font-semibold text-accent">
          {say('dropHere')}
        </div>
      )}
    </section>
  )
}
