import { useEffect } from 'react'

/** The attribute by which a bubble of the chat tells its message. */
const MESSAGE_ATTRIBUTE = 'data-message-id'

/** The message that an element belongs to, or null. */
const messageAt = (target: EventTarget | null): string | null =>
  target instanceof Element
    ? (target.closest(`[${MESSAGE_ATTRIBUTE}]`)?.getAttribute(MESSAGE_ATTRIBUTE) ?? null)
    : null

/**
 * Marks the bubbles of the message that is pointed at, wherever they stand below `root`, by `data-twin`: in the other
 * pane it is the same message with the other side's buttons. One that comes while it is pointed at is marked, too.
 */
export function useTwins(root: HTMLElement | null): void {
  useEffect(() => {
    if (!root) return
    let pointedAt: EventTarget | null = null
    let marked: string | null = null
    const mark = (): void => {
      const message = messageAt(pointedAt)
      if (message === null && marked === null) return
      marked = message
      for (const bubble of root.querySelectorAll(`[${MESSAGE_ATTRIBUTE}]`)) {
        bubble.toggleAttribute('data-twin', bubble.getAttribute(MESSAGE_ATTRIBUTE) === message)
      }
    }
    const point = ({ type, target }: PointerEvent): void => {
      pointedAt = type === 'pointerleave' ? null : target
      if (messageAt(pointedAt) !== marked) mark()
    }
    root.addEventListener('pointerover', point)
    root.addEventListener('pointerleave', point)
    const observer = new MutationObserver(mark)
    observer.observe(root, { subtree: true, childList: true, attributeFilter: [MESSAGE_ATTRIBUTE] })
    return () => {
      root.removeEventListener('pointerover', point)
      root.removeEventListener('pointerleave', point)
      observer.disconnect()
      pointedAt = null
      mark()
    }
  }, [root])
}
