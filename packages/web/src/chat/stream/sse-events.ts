/** One event as it came over the wire. */
export interface RawEvent {
  event: string
  /** Of this event, or of the last before it that had one. */
  id: string
  data: string
}

/**
 * Cuts the bytes of a `text/event-stream` into events, however they were split on their way (WHATWG HTML §9.2.6).
 * An event that was cut off at the end is dropped, as there it will be sent again.
 * @param onBytes called for everything that arrives, comments included: the connection lives.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: () => void,
): AsyncGenerator<RawEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  const parser = createEventParser()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    onBytes()
    yield* parser(value)
  }
}

/** @returns a function that takes the next piece of text and gives the events that it completes. */
export function createEventParser(): (text: string) => RawEvent[] {
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []
  const takeLine = (line: string): RawEvent[] => {
    if (line === '') {
      const complete = data.length > 0 ? [{ event: event || 'message', id, data: data.join('\n') }] : []
      event = ''
      data = []
      return complete
    }
    const { name, value } = fieldOf(line)
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id' && !value.includes('\0')) id = value
    return []
  }
  return (text) => {
    rest += text
    // A carriage return at the very end may be half of a line break.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest
    const lines = whole.split(/\r\n|\n|\r/)
    rest = (lines.pop() ?? '') + rest.slice(whole.length)
    return lines.flatMap(takeLine)
  }
}

function fieldOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(':')
  if (colon < 0) return { name: line, value: '' }
  const value = line.slice(colon + 1)
  return { name: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value }
}
