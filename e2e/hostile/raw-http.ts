import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/**
 * Sends bytes as they are, which no HTTP client would, and reads until the server closes; null when it closes
 * without an answer. The request has to ask for `Connection: close`, or be one that the server closes on.
 * @param hangUp also says that nothing more will come, for a request that is cut short.
 */
export function sendBytes(url: string, bytes: string | Buffer, hangUp = false): Promise<RawAnswer | null> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      // A stream does not end by itself; that it begins is all there is to know.
      if (chunk.includes('text/event-stream')) socket.destroy()
    })
    // A server that refuses early resets what still comes; what it has said before counts.
    socket.on('error', (error) => (chunks.length > 0 ? socket.destroy() : reject(error)))
    socket.on('close', () => resolve(parse(Buffer.concat(chunks))))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    if (hangUp) socket.end()
  })
}

/** A request with these header lines, none of them checked; `latin1` stands for bytes. */
export function rawRequest(
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body, 'latin1') : body
  const framing = content.length > 0 ? [`Content-Length: ${content.length}`] : []
  const all = ['Host: localhost', 'Connection: close', ...framing, ...headers]
  return Buffer.concat([Buffer.from(`${line}\r\n${all.join('\r\n')}\r\n\r\n`, 'latin1'), content])
}

function parse(bytes: Buffer): RawAnswer | null {
  if (bytes.length === 0) return null
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Headers()
  for (const each of lines) {
    const colon = each.indexOf(':')
    headers.append(each.slice(0, colon), each.slice(colon + 1).trim())
  }
  const body = bytes.subarray(end + 4).toString('utf8')
  return {
    status: Number(line.split(' ')[1]),
    headers,
    text: headers.get('transfer-encoding') === 'chunked' ? dechunked(body) : body,
  }
}

/** Good enough for answers of ASCII, as errors are but for some quotation marks. */
const dechunked = (body: string): string => body.replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+\r\n(?:\r\n)?/g, '')
