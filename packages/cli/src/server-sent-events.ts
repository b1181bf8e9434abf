export interface ServerSentEvent {
  id?: string
  event?: string
  data: string
}

/** A stream that sends no end of line is none, and must not fill the memory. */
const LONGEST_LINE = 4 * 1024 * 1024

/** Reads `text/event-stream`; an event that was cut off at the end is left out, as the standard has it. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let rest = ''
  let event: Partial<ServerSentEvent> = {}
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new Error('a line of the stream is too long')
    for (const line of lines) {
      if (line !== '') event = withField(event, line)
      else {
        if (event.data !== undefined) yield event as ServerSentEvent
        event = {}
      }
    }
  }
}

function withField(event: Partial<ServerSentEvent>, line: string): Partial<ServerSentEvent> {
  const [, name, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
  if (name === 'id' || name === 'event') return { ...event, [name]: value }
  if (name !== 'data') return event
  return { ...event, data: event.data === undefined ? value : `${event.data}\n${value}` }
}
