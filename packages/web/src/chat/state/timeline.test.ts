import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageOf } from './sample-messages.ts'
import {
  EMPTY_TIMELINE,
  holeOf,
  isAtBeginning,
  LARGEST_HOLE,
  receive,
  receiveLatest,
  replaceMessage,
  type Timeline,
} from './timeline.ts'

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => messageOf(from + at))
const sequences = ({ shown }: Timeline): number[] => shown.map(({ sequence }) => sequence)

describe('a timeline shows a run without a hole', () => {
  test('nothing before the first page, though events came', () => {
    expect(sequences(receive(EMPTY_TIMELINE, range(7, 8)))).toEqual([])
  })

  test('what comes with a hole before it waits until the hole is filled', () => {
    let timeline = receiveLatest(EMPTY_TIMELINE, range(1, 3))
    timeline = receive(timeline, range(6, 6))
    expect(sequences(timeline)).toEqual([1, 2, 3])
    expect(holeOf(timeline)).toEqual({ after: 3, before: 6 })
    timeline = receive(timeline, range(4, 5))
    expect(sequences(timeline)).toEqual([1, 2, 3, 4, 5, 6])
    expect(holeOf(timeline)).toBeNull()
  })

  test('after too much was missed it goes on with the latest', () => {
    const before = receiveLatest(EMPTY_TIMELINE, range(1, 3))
    const latest = range(LARGEST_HOLE + 10, LARGEST_HOLE + 12)
    const timeline = receiveLatest(before, latest)
    expect(sequences(timeline)).toEqual(latest.map(({ sequence }) => sequence))
    expect(isAtBeginning(timeline)).toBe(false)
  })

  test('older pages come before it, down to the beginning', () => {
    const timeline = receive(receiveLatest(EMPTY_TIMELINE, range(4, 6)), range(1, 3))
    expect(sequences(timeline)).toEqual([1, 2, 3, 4, 5, 6])
    expect(isAtBeginning(timeline)).toBe(true)
  })

  test('an empty conversation is at its beginning, and shows its first message when it comes', () => {
    const empty = receiveLatest(EMPTY_TIMELINE, [])
    expect(isAtBeginning(empty)).toBe(true)
    expect(sequences(receive(empty, range(1, 1)))).toEqual([1])
  })

  test('a message that is known changes nothing, unless it was deleted since', () => {
    const timeline = receiveLatest(EMPTY_TIMELINE, range(1, 3))
    expect(receive(timeline, range(2, 3))).toBe(timeline)
    const deleted = receive(timeline, [{ ...messageOf(2), text: '', deleted: true }])
    expect(deleted.shown[1]).toMatchObject({ deleted: true })
    expect(receive(deleted, range(2, 2)).shown[1]).toMatchObject({ deleted: true })
  })

  test('a message that was loaded again replaces the one that was there', () => {
    const timeline = receiveLatest(EMPTY_TIMELINE, range(1, 2))
    expect(replaceMessage(timeline, { ...messageOf(2), text: 'again' }).shown[1]?.text).toBe('again')
  })
})

/** What a page may do with the messages that there are so far. */
const deed = fc.oneof(
  fc.record({ kind: fc.constant('written' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('event' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant('latest' as const) }),
  fc.record({ kind: fc.constant('older' as const) }),
  fc.record({ kind: fc.constant('filled' as const) }),
)

const PAGE = 10

test('whatever came in whatever order, each message is shown once and none is missing', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      let timeline = EMPTY_TIMELINE
      let written = 0
      const latest = () => receiveLatest(timeline, range(Math.max(1, written - PAGE + 1), written))
      const fill = (): void => {
        const hole = holeOf(timeline)
        if (hole)
          timeline = receive(timeline, range(hole.after + 1, Math.min(hole.before - 1, hole.after + PAGE)))
      }
      for (const each of deeds) {
        if (each.kind === 'written') written += each.count
        if (each.kind === 'event' && written > 0)
          timeline = receive(timeline, [messageOf((each.at % written) + 1)])
        if (each.kind === 'repeat' && written > 0) {
          const from = (each.at % written) + 1
          timeline = receive(timeline, range(from, Math.min(written, from + each.length)))
        }
        if (each.kind === 'latest') timeline = latest()
        if (each.kind === 'older' && timeline.from !== null) {
          timeline = receive(timeline, range(Math.max(1, timeline.from - PAGE), timeline.from - 1))
        }
        if (each.kind === 'filled') fill()
        const shown = sequences(timeline)
        expect(shown).toEqual(range(shown[0] ?? 1, shown.at(-1) ?? 0).map(({ sequence }) => sequence))
      }
      timeline = latest()
      while (holeOf(timeline)) fill()
      expect(sequences(timeline)).toEqual(range(timeline.from ?? 1, written).map(({ sequence }) => sequence))
    }),
  )
})
