import { expect, test } from 'vitest'
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts'

async function events(...chunks: (string | Uint8Array)[]) {
  const encoder = new TextEncoder()
  const body = ReadableStream.from(
    chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk)),
  ) as ReadableStream<Uint8Array>
  const all: ServerSentEvent[] = []
  for await (const event of serverSentEvents(body)) all.push(event)
  return all
}

test('events come out whole, wherever the stream was cut', async () => {
  const text =
    ': beat\n\nid: 1\nevent: exchange\ndata: {"a":"سلام"}\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\ndata: unfinished\n'
  const expected = [
    { id: '1', event: 'exchange', data: '{"a":"سلام"}' },
    { id: '2', data: 'x\ny' },
  ]
  expect(await events(text)).toEqual(expected)
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 3, 7]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    )
    expect(await events(...chunks)).toEqual(expected)
  }
})

test('a stream without an end of line is given up', async () => {
  await expect(events(...Array.from({ length: 5 }, () => 'x'.repeat(1024 * 1024)))).rejects.toThrow(
    'too long',
  )
})
