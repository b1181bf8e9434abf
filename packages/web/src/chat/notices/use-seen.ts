import { type RefCallback, useCallback, useEffect, useRef } from 'react'

/** So long it has to be in sight, in a window that is looked at, to count as read. */
const LONG_ENOUGH_MS = 800
const MOST_OF_IT = 0.6
/** At which shares of the element the browser tells of it. */
const STEPS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, MOST_OF_IT]

/** Most of it, or as much of what is higher than the window as fills half of that. */
const isMostlySeen = ({
  intersectionRatio,
  intersectionRect,
  rootBounds,
}: IntersectionObserverEntry): boolean =>
  intersectionRatio >= MOST_OF_IT || intersectionRect.height >= (rootBounds?.height ?? Infinity) / 2

/**
 * Calls `onSeen` when the element has been in sight long enough, and again when it comes back into sight.
 * @param isWanted while it is to be watched: until it is known to be read.
 */
export function useSeen(isWanted: boolean, onSeen: () => void): RefCallback<HTMLElement> {
  const element = useRef<HTMLElement | null>(null)
  const tell = useRef(onSeen)
  useEffect(() => {
    tell.current = onSeen
  })
  useEffect(() => {
    const target = element.current
    if (!isWanted || !target) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isInSight = false
    const look = (): void => {
      clearTimeout(timer)
      if (!isInSight || document.visibilityState === 'hidden') return
      timer = setTimeout(() => tell.current(), LONG_ENOUGH_MS)
    }
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1)
        const now = entry !== undefined && isMostlySeen(entry)
        if (now === isInSight) return
        isInSight = now
        look()
      },
      { threshold: STEPS },
    )
    observer.observe(target)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('visibilitychange', look)
    }
  }, [isWanted])
  return useCallback((found: HTMLElement | null) => {
    element.current = found
  }, [])
}
