import { useRef } from 'react'

interface FocusReturn {
  onOpenAutoFocus: () => void
  onCloseAutoFocus: (event: Event) => void
}

/** For dialogs that are opened by no trigger of their own: closed, they give the focus back to where it was. */
export function useReturnFocus(): FocusReturn {
  const from = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: () => {
      from.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      from.current?.focus()
    },
  }
}
