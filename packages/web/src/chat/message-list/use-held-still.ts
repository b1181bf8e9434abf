import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'

/** What is pressed, and not dragged or selected. */
const PRESSED = 'a, button'
/** A finger's click follows its release after a moment. */
const CLICK_MS = 50

/**
 * Whether something in the box is being pressed. It stays where it is until it is let go, whatever comes or scrolls
 * meanwhile: to the browser, what moved away in between was not clicked. The first part of the box is the room that
 * gives way to what comes.
 * @param onRelease What waited for it can be done now.
 */
export function useHeldStill(box: RefObject<HTMLElement | null>, onRelease: () => void): RefObject<boolean> {
  const isHeld = useRef(false)
  const released = useEffectEvent(onRelease)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const room = element.firstElementChild as HTMLElement | null
    let pressed: Element | null = null
    let top = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const free = (): void => {
      clearTimeout(timer)
      isHeld.current = false
      pressed = null
      room?.style.removeProperty('min-height')
    }
    const letGo = (): void => {
      if (!isHeld.current) return
      free()
      released()
    }
    const hold = ({ target, button }: PointerEvent): void => {
      letGo()
      pressed = button === 0 && target instanceof Element ? target.closest(PRESSED) : null
      if (!pressed) return
      isHeld.current = true
      top = pressed.getBoundingClientRect().top
      room?.style.setProperty('min-height', `${room.getBoundingClientRect().height}px`)
    }
    const stay = (): void => {
      if (!pressed?.isConnected) return
      const moved = pressed.getBoundingClientRect().top - top
      if (Math.abs(moved) >= 1) element.scrollTop += moved
    }
    const release = (): void => {
      clearTimeout(timer)
      timer = setTimeout(letGo, CLICK_MS)
    }
    const stop = new AbortController()
    const { signal } = stop
    element.addEventListener('pointerdown', hold, { signal })
    element.addEventListener('scroll', stay, { signal })
    // Anywhere: it may be let go beside the box.
    window.addEventListener('pointerup', release, { signal })
    // Who scrolls by themselves is taken nowhere else.
    element.addEventListener('wheel', free, { signal, passive: true })
    // Of these gestures the browser tells no release.
    for (const other of ['pointercancel', 'contextmenu', 'dragstart', 'blur']) {
      window.addEventListener(other, letGo, { signal })
    }
    return () => {
      stop.abort()
      free()
    }
  }, [box])
  return isHeld
}
