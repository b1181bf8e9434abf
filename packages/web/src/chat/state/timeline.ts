import type { Message } from '../../api/person/message-shapes.ts'

/**
 * The messages of one conversation that this page has received. Shown is the run without a hole that begins at
 * `from`; what came with a hole before it waits until the hole is filled.
 */
export interface Timeline {
  /** By sequence, each once. */
  received: readonly Message[]
  /** Where the run begins; null before the first page. */
  from: number | null
  /** Of the run, made once for each change. */
  shown: readonly Message[]
}

/** A hole of this size or less is filled; beyond it the page goes on with the latest messages. */
export const LARGEST_HOLE = 500

export const EMPTY_TIMELINE: Timeline = { received: [], from: null, shown: [] }

/** Whether nothing older is to be loaded. */
export const isAtBeginning = ({ from }: Timeline): boolean => from !== null && from <= 1

/** Sequences between the run and what waits behind it, both ends excluded; null without a hole. */
export function holeOf({ received, from, shown }: Timeline): { after: number; before: number } | null {
  if (from === null) return null
  const after = shown.at(-1)?.sequence ?? from - 1
  const next = received.find(({ sequence }) => sequence > after)
  return next ? { after, before: next.sequence } : null
}

/** Messages of the stream, of the answer to a sending, or that fill a hole. */
export function receive(timeline: Timeline, messages: readonly Message[]): Timeline {
  const received = merge(timeline.received, messages)
  return received === timeline.received ? timeline : placed(received, timeline.from)
}

/** A page of the latest messages; an empty one says that there are none. */
export function receiveLatest(timeline: Timeline, messages: readonly Message[]): Timeline {
  const received = merge(timeline.received, messages)
  const first = messages[0]?.sequence ?? 1
  const next = placed(received, timeline.from ?? first)
  const hole = holeOf(next)
  return hole && hole.before - hole.after - 1 > LARGEST_HOLE ? placed(received, first) : next
}

/** A message that was loaded again: its links are new. */
export function replaceMessage(timeline: Timeline, message: Message): Timeline {
  const received = timeline.received.map((each) => (each.id === message.id ? message : each))
  return placed(received, timeline.from)
}

function placed(received: readonly Message[], from: number | null): Timeline {
  if (from === null) return { received, from, shown: [] }
  const at = received.findIndex(({ sequence }) => sequence >= from)
  if (at < 0 || received[at]!.sequence !== from) return { received, from, shown: [] }
  let first = at
  while (first > 0 && received[first - 1]!.sequence === received[first]!.sequence - 1) first--
  let end = at + 1
  while (end < received.length && received[end]!.sequence === received[end - 1]!.sequence + 1) end++
  return { received, from: received[first]!.sequence, shown: received.slice(first, end) }
}

/** What is known stays as it is, but for one whose writer has been deleted since. */
function merge(known: readonly Message[], more: readonly Message[]): readonly Message[] {
  const last = known.at(-1)?.sequence ?? 0
  const [only] = more
  if (more.length === 1 && only && only.sequence > last) return [...known, only]
  const bySequence = new Map(known.map((message) => [message.sequence, message]))
  let changed = false
  for (const message of more) {
    const before = bySequence.get(message.sequence)
    if (before && (!message.deleted || before.deleted)) continue
    bySequence.set(message.sequence, message)
    changed = true
  }
  return changed ? [...bySequence.values()].sort((one, other) => one.sequence - other.sequence) : known
}
