import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use-words.ts'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import { useReturnFocus } from './return-focus.ts'
import { uiWords } from './words.ts'

const SHAPE = {
  window:
    'inset-x-4 top-1/2 mx-auto max-h-[calc(100dvh-2rem)] max-w-lg -translate-y-1/2 rounded-large data-[state=open]:animate-rise',
  wide: 'inset-x-4 top-1/2 mx-auto max-h-[calc(100dvh-2rem)] max-w-4xl -translate-y-1/2 rounded-large data-[state=open]:animate-rise',
  /** A drawer at the end of the line. */
  drawer: 'inset-y-0 end-0 w-full max-w-md border-s border-line data-[state=open]:animate-slide',
} as const

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** Read out with the title; a sentence. */
  description?: string
  shape?: keyof typeof SHAPE
  children: ReactNode
  /** Stays in view below what scrolls: the buttons. */
  footer?: ReactNode
}

export function Dialog(props: DialogProps): ReactNode {
  const { open, onOpenChange, title, description, shape = 'window', children, footer } = props
  const say = useWords(uiWords)
  const returnFocus = useReturnFocus()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay data-[state=open]:animate-fade" />
        <Radix.Content
          {...returnFocus}
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={classNames('fixed z-50 flex flex-col bg-paper shadow-raised', SHAPE[shape])}
        >
          <div className="flex items-start justify-between gap-4 p-4 ps-6">
            <div className="grid gap-1 pt-2">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="text-sm text-soft">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={say('close')}>
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="min-h-0 grow overflow-y-auto px-6 pb-6">{children}</div>
          {footer && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line p-4">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
