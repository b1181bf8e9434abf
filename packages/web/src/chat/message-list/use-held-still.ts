import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'

/** What is pressed, and not dragged or selected. */
const PRESSED = 'a, button'
/** A finger's click follows its release after a moment. */
const CLICK_MS = 50

/**
 * Whether something in the box is being pressed. It stays where it is until it is let go, whoever scrolls the box: to
 * the browser, what moved away in between was not clicked.
 * @param onRelease What waited for it can be done now.
 */
export function useHeldStill(box: RefObject<HTMLElement | null>, onRelease: () => void): RefObject<boolean> {
  const isHeld = useRef(false)
  const released = useEffectEvent(onRelease)
  useEffect(() => {
    const element = box.current
    if (!element) return
    let top = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const hold = ({ target }: PointerEvent): void => {
      if (!(target instanceof Element) || !target.closest(PRESSED)) return
      clearTimeout(timer)
      isHeld.current = true
      top = element.scrollTop
    }
    const stay = (): void => {
      if (isHeld.current && element.scrollTop !== top) element.scrollTop = top
    }
    const release = (): void => {
      if (!isHeld.current) return
      clearTimeout(timer)
      timer = setTimeout(letGo, CLICK_MS)
    }
    const letGo = (): void => {
      clearTimeout(timer)
      if (!isHeld.current) return
      isHeld.current = false
      released()
    }
    element.addEventListener('pointerdown', hold)
    element.addEventListener('scroll', stay)
    // The person's own scrolling comes before the press.
    element.addEventListener('wheel', letGo, { passive: true })
    // Anywhere: it may be let go beside the box, or be taken over by a scroll.
    window.addEventListener('pointerup', release)
    window.addEventListener('pointercancel', letGo)
    window.addEventListener('blur', letGo)
    return () => {
      clearTimeout(timer)
      isHeld.current = false
      element.removeEventListener('pointerdown', hold)
      element.removeEventListener('scroll', stay)
      element.removeEventListener('wheel', letGo)
      window.removeEventListener('pointerup', release)
      window.removeEventListener('pointercancel', letGo)
      window.removeEventListener('blur', letGo)
    }
  }, [box])
  return isHeld
}
