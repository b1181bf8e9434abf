import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { usePerson } from '../person-scope.tsx'
import type { Outgoing } from '../state/outgoing.ts'
import type { MessageRow } from './message-rows.ts'
import { useHeldStill } from './use-held-still.ts'

export interface ListPlaceInput {
  conversationId: string
  rows: readonly MessageRow[]
  /** There are older messages, and none are being loaded. */
  needsOlder: boolean
  loadOlder: () => void
}

export interface ListPlace {
  scroller: RefObject<HTMLElement | null>
  handle: RefObject<VirtualizerHandle | null>
  /** Older messages are being put before the others: what is in view stays where it is. */
  shift: boolean
  /** The list stands where the person begins to read. */
  isPlaced: boolean
  isAtEnd: boolean
  toEnd: () => void
  onScroll: () => void
}

const END_PX = 60
/** Older messages are asked for when fewer pixels than these are left above. */
const OLDER_PX = 1_200
/** From farther the end is jumped to. */
const GLIDE_PX = 2_000

/** Written here and now, and not taken up from an earlier page. */
const isFresh = ({ written_at }: Outgoing, openedAt: number): boolean => Date.parse(written_at) >= openedAt

/**
 * Where in the list the person is: begins at the first message that is new, else at the end; stays at the end while
 * they are there; tells what they have seen.
 */
export function useListPlace({ conversationId, rows, needsOlder, loadOlder }: ListPlaceInput): ListPlace {
  const { markRead } = usePerson()
  const scroller = useRef<HTMLElement>(null)
  const handle = useRef<VirtualizerHandle>(null)
  const before = useRef<readonly MessageRow[]>([])
  const stays = useRef(true)
  /** Where the end was when the list last stood there; as a scrollTop. */
  const endTop = useRef(0)
  /** Where the list was on its way to the end, which whoever scrolls up breaks off; null when it is on none. */
  const glideTop = useRef<number | null>(null)
  const openedAt = useRef(Date.now())
  const placed = useRef(false)
  const [isPlaced, setPlaced] = useState(false)
  const [isAtEnd, setAtEnd] = useState(true)

  const first = before.current[0]
  const shift = first !== undefined && rows[0]?.key !== first.key && rows.length > before.current.length

  const isHeld = useHeldStill(scroller, () => {
    if (stays.current) goToEnd()
  })

  const distance = useCallback((): number => {
    const list = handle.current
    const box = scroller.current
    return list && box ? box.scrollHeight - box.scrollTop - box.clientHeight : 0
  }, [])

  /** Or will be, as soon as what is pressed is let go. */
  const standsAtEnd = useCallback(
    () => distance() < END_PX || (isHeld.current && stays.current),
    [distance, isHeld],
  )

  const tellSeen = useCallback(() => {
    const list = handle.current
    if (!list || document.visibilityState === 'hidden') return
    const last = list.findItemIndex(list.scrollOffset + list.viewportSize - 1)
    for (let at = Math.min(last, rows.length - 1); at >= 0; at--) {
      const sequence = rows[at]?.message?.sequence
      if (sequence !== undefined) return markRead(conversationId, sequence)
    }
  }, [rows, markRead, conversationId])

  const look = useCallback(() => {
    const box = scroller.current
    if (!box) return
    if (!isPlaced || box.clientHeight === 0) return
    setAtEnd(standsAtEnd())
    if (needsOlder && box.scrollTop < OLDER_PX) loadOlder()
    tellSeen()
  }, [needsOlder, loadOlder, isPlaced, tellSeen, standsAtEnd])

  /** At once: the list's own way waits for rows to be measured, and then takes a person back who has scrolled up. */
  const goToEnd = useCallback(() => {
    const box = scroller.current
    if (!box || isHeld.current) return
    box.scrollTop = box.scrollHeight
    // Its event may come together with that of a person who scrolls up at the same moment.
    endTop.current = box.scrollTop
  }, [isHeld])

  useLayoutEffect(() => {
    const known = before.current
    before.current = rows
    if (rows.length === 0) return
    if (known.length === 0) {
      const unread = rows.findIndex(({ beginsUnread }) => beginsUnread)
      if (unread >= 0) {
        stays.current = false
        handle.current?.scrollToIndex(unread, { align: 'start', offset: -24 })
      } else {
        goToEnd()
      }
      return
    }
    const last = rows.at(-1)
    // What they write themselves they want to see.
    const isNew = !known.some(({ key }) => key === last?.key)
    if (isNew && last?.outgoing && isFresh(last.outgoing, openedAt.current)) stays.current = true
    if (stays.current || glideTop.current !== null) goToEnd()
  }, [rows, goToEnd])

  useEffect(() => {
    if (isPlaced || rows.length === 0) return
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        placed.current = true
        setPlaced(true)
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [isPlaced, rows.length])

  useEffect(() => {
    const box = scroller.current
    if (!box) return
    // Observed, and not heard of from the list: that tells of sizes which the page does not have yet.
    const observer = new ResizeObserver(() => {
      if (stays.current) goToEnd()
      // What shrinks may bring the end into view without a scroll.
      setAtEnd(standsAtEnd())
      look()
    })
    for (const part of [box, ...box.children]) observer.observe(part)
    return () => observer.disconnect()
  }, [goToEnd, standsAtEnd, look])

  useEffect(look, [look])

  useEffect(() => {
    const onVisible = (): void => look()
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [look])

  return {
    scroller,
    handle,
    shift,
    isPlaced: isPlaced || rows.length === 0,
    isAtEnd,
    toEnd: () => {
      const glides = distance() < GLIDE_PX && !matchMedia('(prefers-reduced-motion: reduce)').matches
      if (glides) {
        glideTop.current = scroller.current?.scrollTop ?? 0
        handle.current?.scrollToIndex(rows.length - 1, { align: 'end', smooth: true })
        return
      }
      stays.current = true
      goToEnd()
    },
    onScroll: () => {
      const near = distance() < END_PX
      const top = scroller.current?.scrollTop ?? 0
      // Only upwards does a person leave the end; a list that grows moves the end away from them.
      if (near || (glideTop.current !== null && top < glideTop.current)) glideTop.current = null
      else if (glideTop.current !== null) glideTop.current = top
      if (near) {
        stays.current = true
        endTop.current = top
      } else if (placed.current && top < endTop.current - END_PX) stays.current = false
      setAtEnd(near)
      look()
    },
  }
}
