import type { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { eventRendering } from '../../testing/event-rendering.ts'
import { LiveStream } from './live-stream.ts'
import { decodeCursor, markKey } from './stream-cursor.ts'
import type { News } from './stream-store.ts'

const CONVERSATION = '00000000-0000-7000-8000-000000000001'
const USER = '00000000-0000-7000-8000-0000000000aa'

const message = (sequence: number, text: string): News => ({
  key: markKey('m', CONVERSATION),
  sequence,
  xid: 100 + sequence,
  floor: 0,
  content: {
    kind: 'message',
    row: {
      id: `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
      conversation_id: CONVERSATION,
      sequence,
      sender_id: USER,
      type: 'TEXT',
      body: { text },
      sent_at: '2026-01-01T00:00:00.000000Z',
      app_slug: null,
      app_display_name: null,
    },
  },
})

const open = (): { stream: LiveStream; body: Readable } => {
  const stream = new LiveStream({ userId: USER, sessionHash: Buffer.alloc(32) }, null, eventRendering.media)
  stream.begin({ watermark: 100, marks: new Map() })
  return { stream, body: stream.sse.answer().body as Readable }
}
const eventsIn = (body: Readable): { id: string; event: string }[] => {
  let text = ''
  for (let chunk = body.read(); chunk !== null; chunk = body.read()) text += chunk
  return [...text.matchAll(/event: (\w+)\nid: (\S+)\n/g)].map(([, event, id]) => ({ event: event!, id: id! }))
}
const everything = { next: 1_000, ahead: 1_000, replacedBy: 0 }

describe('what one client is sent', () => {
  test('a client that takes nothing is not buffered for; its cursor stands where its last event did', () => {
    const { stream, body } = open()
    const news = Array.from({ length: 100 }, (_, i) => message(i + 1, 'x'.repeat(16_000)))
    stream.deliver({ items: news, more: false, tooMuch: false }, everything, true)
    expect(body.readableLength).toBeLessThan(64 * 1024 + 17_000)
    expect([stream.isReadable, stream.behind]).toEqual([false, true])
    const events = eventsIn(body)
    expect(decodeCursor(events.at(-1)!.id)).toEqual(stream.cursor)

    // The rest is read again from that cursor, once there is room.
    expect(stream.isReadable).toBe(true)
    const sent = events.length - 1
    stream.deliver({ items: news.slice(sent, sent + 2), more: false, tooMuch: false }, everything, true)
    expect(stream.behind).toBe(false)
    expect(stream.cursor).toEqual({ watermark: 1_000, marks: new Map() })
    expect(eventsIn(body)).toHaveLength(2)
  })

  test('a message that does not follow the last one sent makes the client load everything', () => {
    const { stream, body } = open()
    const busy = { next: 100, ahead: 1_000, replacedBy: 0 }
    stream.deliver({ items: [message(1, 'a')], more: false, tooMuch: false }, busy, true)
    stream.deliver({ items: [message(3, 'c')], more: false, tooMuch: false }, busy, true)
    expect([stream.cursor, stream.behind]).toEqual([null, true])
    stream.begin({ watermark: 1_000, marks: new Map() })
    expect(eventsIn(body).map(({ event }) => event)).toEqual(['ready', 'message', 'resync'])
  })

  test('too many conversations at once, and a cursor from the future or of the marketplace before this one, make the client load everything', () => {
    for (const [tooMuch, ahead, replacedBy] of [
      [true, 1_000, 0],
      [false, 99, 0],
      [false, 1_000, 100],
    ] as const) {
      const { stream } = open()
      stream.deliver(
        { items: [message(1, 'a')], more: false, tooMuch },
        { next: 50, ahead, replacedBy },
        true,
      )
      expect(stream.cursor).toBeNull()
    }
  })
})
