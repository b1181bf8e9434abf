import type { Readable } from 'node:stream'

/** A program that never ends its line, such as a progress bar, is shown in pieces. */
const LONGEST_LINE = 8_192

/** Calls back with each line of a program's output as it was written, colours and all; the last may lack its end. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
    while (rest.length > LONGEST_LINE) {
      onLine(rest.slice(0, LONGEST_LINE))
      rest = rest.slice(LONGEST_LINE)
    }
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
    rest = ''
  })
  stream.on('error', () => {})
}
