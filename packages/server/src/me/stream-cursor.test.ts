import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, type Cursor, decodeCursor, encodeCursor, markKey, settled } from './stream-cursor.ts'

const CONVERSATIONS = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`)
const SPANS = 12

interface Row {
  key: string
  sequence: number
  xid: number
}

/** Transactions that take their ids in one order and commit in another, each writing to one conversation. */
class Database {
  readonly committed: Row[] = []
  #nextXid = 700
  readonly #open = new Map<number, number>()
  readonly #sequences = new Map<number, number>()

  begin(conversation: number): void {
    this.#open.set(this.#nextXid++, conversation)
  }

  /** As with a row lock: the sequence is given at the end, whatever the transaction's id. */
  commit(pick: number): void {
    const xid = [...this.#open.keys()][pick % this.#open.size]
    if (xid === undefined) return
    const conversation = this.#open.get(xid)!
    const sequence = (this.#sequences.get(conversation) ?? 0) + 1
    this.#open.delete(xid)
    this.#sequences.set(conversation, sequence)
    this.committed.push({ key: markKey('m', CONVERSATIONS[conversation]!), sequence, xid })
  }

  commitAll(): void {
    while (this.#open.size > 0) this.commit(0)
  }

  get oldestRunning(): number {
    return Math.min(this.#nextXid, ...this.#open.keys())
  }

  unsent({ watermark, marks }: Cursor): Row[] {
    return this.committed.filter(
      ({ key, sequence, xid }) => xid >= watermark && sequence > (marks.get(key)?.sequence ?? 0),
    )
  }
}

type Step =
  | { do: 'begin'; conversation: number }
  | { do: 'commit'; pick: number }
  | { do: 'read'; cutAfter: number; page: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('begin' as const), conversation: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), pick: fc.nat(SPANS) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('read' as const), cutAfter: fc.nat(6), page: fc.nat(6) }),
  },
)

describe('resuming a stream', () => {
  test('whatever the order of commits and wherever it is cut: everything once, each conversation in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const database = new Database()
        const received: Row[] = []
        let id = encodeCursor({ watermark: database.oldestRunning, marks: new Map() })

        /** Reads a page, and loses the connection after some of its events. */
        const read = (cutAfter: number, page: number): void => {
          const cursor = decodeCursor(id)!
          const unsent = database.unsent(cursor)
          const items = unsent.slice(0, page)
          const next = items.length < unsent.length ? cursor.watermark : database.oldestRunning
          for (const sent of [...advance(cursor, items, next)].slice(0, cutAfter)) {
            received.push(sent.item)
            id = encodeCursor(sent.cursor)
          }
          if (cutAfter >= items.length && page >= unsent.length)
            id = encodeCursor(settled(decodeCursor(id)!, next))
        }
        for (const each of steps) {
          if (each.do === 'begin') database.begin(each.conversation)
          else if (each.do === 'commit') database.commit(each.pick)
          else read(each.cutAfter, each.page)
        }
        database.commitAll()
        read(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)

        const name = ({ key, sequence }: Row): string => `${key} ${sequence}`
        expect(received.map(name).toSorted()).toEqual(database.committed.map(name).toSorted())
        for (const conversation of CONVERSATIONS) {
          const sequences = received
            .filter(({ key }) => key.endsWith(conversation))
            .map((row) => row.sequence)
          expect(sequences).toEqual(sequences.map((_, i) => i + 1))
        }
        // With nothing running, nothing has to be remembered.
        expect(decodeCursor(id)!.marks.size).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('an id reads back as the cursor it was made from', () => {
    const cursor = fc.record({
      watermark: fc.nat(),
      marks: fc
        .array(
          fc.tuple(
            fc.tuple(fc.constantFrom('m' as const, 'n' as const, 'r' as const), fc.uuid()),
            fc.record({ sequence: fc.nat(), xid: fc.nat() }),
          ),
          { maxLength: 100 },
        )
        .map((entries) => new Map(entries.map(([[kind, id], mark]) => [markKey(kind, id), mark]))),
    })
    fc.assert(
      fc.property(cursor, ({ watermark, marks }) => {
        const above = new Map([...marks].map(([key, mark]) => [key, { ...mark, xid: mark.xid + watermark }]))
        const id = encodeCursor({ watermark, marks: above })
        expect(id.length).toBeLessThan(6_000)
        expect(decodeCursor(id)).toEqual({ watermark, marks: above })
      }),
    )
  })

  test('an id that would be too long, and anything that is no id of ours, asks for everything to be loaded', () => {
    const marks = new Map(
      Array.from({ length: 101 }, (_, i) => [
        markKey('n', `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`),
        { sequence: 0, xid: 9 },
      ]),
    )
    expect(decodeCursor(encodeCursor({ watermark: 5, marks }))).toBeNull()
    expect(decodeCursor('1.zzzzzzzzzzz')).toBeNull()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `1.${text}`),
        ),
        (text) => {
          const cursor = decodeCursor(text)
          if (cursor) expect(Number.isSafeInteger(cursor.watermark)).toBe(true)
        },
      ),
    )
  })
})
