import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventParser, type RawEvent, readEvents } from './sse-events.ts'

const whole = (text: string): RawEvent[] => createEventParser()(text)

test('events have their name, their id and their data; comments and retry say nothing', () => {
  const text = 'retry: 2000\n\n:\n\nevent: message\nid: 7\ndata: {"a":1}\n\ndata: one\ndata:two\n\n'
  expect(whole(text)).toEqual([
    { event: 'message', id: '7', data: '{"a":1}' },
    { event: 'message', id: '7', data: 'one\ntwo' },
  ])
})

test('an event that was cut off is none', () => {
  expect(whole('event: message\nid: 7\ndata: {"a"')).toEqual([])
})

test('however the bytes are split, and whatever ends the lines, the events are the same', async () => {
  const line = fc.constantFrom('\n', '\r\n', '\r')
  const data = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(
      data,
      line,
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      async (texts, end, cuts) => {
        const events = texts.map((text, at) => ({
          event: 'message',
          id: `${at}`,
          data: JSON.stringify(text),
        }))
        const wire = events.map(({ id, data: said }) => `id: ${id}${end}data: ${said}${end}${end}`).join('')
        const bytes = new TextEncoder().encode(wire)
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
          start(controller) {
            for (let from = 0; from < bytes.length; ) {
              const to = from + (cuts.next().value as number)
              controller.enqueue(bytes.slice(from, to))
              from = to
            }
            // A carriage return at the very end may be half of a line break until something follows.
            controller.enqueue(new TextEncoder().encode(':'))
            controller.close()
          },
        })
        const read: RawEvent[] = []
        for await (const event of readEvents(body, () => {})) read.push(event)
        expect(read).toEqual(events)
      },
    ),
  )
})
