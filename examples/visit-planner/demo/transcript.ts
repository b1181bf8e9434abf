import { compactJson } from './compact-json.ts'
import type { Reporter, Seen, WireExchange } from './reporter.ts'

const ESC = String.fromCharCode(27)
const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', blue: '34', cyan: '36' } as const

export type Paint = (style: keyof typeof STYLES, text: string) => string

/** Colours for a terminal; elsewhere the text as it is. */
export const painter =
  (colours: boolean): Paint =>
  (style, text) =>
    colours ? `${ESC}[${STYLES[style]}m${text}${ESC}[0m` : text

const INDENT = '        '

/** Writes the story down so that a person can follow what happened and what went over the wire. */
export class Transcript implements Reporter {
  exchanges = 0
  chapters = 0
  readonly #print: (line: string) => void
  readonly #paint: Paint

  constructor(print: (line: string) => void, paint: Paint) {
    this.#print = print
    this.#paint = paint
  }

  chapter(title: string): void {
    this.chapters++
    this.#print('')
    this.#print(
      this.#paint('bold', `━━ ${this.chapters}. ${title} ${'━'.repeat(Math.max(3, 76 - title.length))}`),
    )
  }

  note(text: string): void {
    this.#print('')
    this.#print(`   ${text}`)
  }

  exchange(exchange: WireExchange): void {
    this.exchanges++
    const { from, to, method, path, status } = exchange
    const paint = this.#paint
    this.#print('')
    this.#print(
      `   ${paint('cyan', from)} → ${paint('cyan', to)}   ${paint('bold', method)} ${readable(path)}   ${paint(toneOf(status), String(status))}`,
    )
    for (const [name, value] of Object.entries(exchange.headers ?? {})) {
      this.#print(paint('dim', `      ${name}: ${value}`))
    }
    this.#body('▸', exchange.body)
    this.#body('◂', exchange.answer)
  }

  screen(owner: string, messages: readonly Seen[]): void {
    const paint = this.#paint
    this.#print('')
    this.#print(paint('yellow', `   ┌─ what ${owner} sees`))
    for (const { from, text, buttons } of messages) {
      this.#print(`${paint('yellow', '   │')}  ${paint('bold', from)}: ${text}`)
      for (const row of buttons) {
        this.#print(`${paint('yellow', '   │')}     ${row.map((caption) => `[ ${caption} ]`).join('  ')}`)
      }
    }
    this.#print(paint('yellow', '   └─'))
  }

  #body(sign: string, body: unknown): void {
    if (body === undefined || isEmpty(body)) return
    this.#print(`      ${this.#paint('blue', sign)} ${compactJson(body, INDENT)}`)
  }
}

const toneOf = (status: number): 'green' | 'yellow' | 'red' =>
  status < 300 ? 'green' : status < 400 ? 'yellow' : 'red'

const isEmpty = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0

const UUID = /\b([0-9a-f]{4})[0-9a-f]{4}-(?:[0-9a-f]{4}-){3}[0-9a-f]{8}([0-9a-f]{4})\b/g

/** Persian in a query is easier to read decoded, and a path with its long ids shortened. */
function readable(path: string): string {
  const short = path.replace(UUID, '$1…$2')
  try {
    return decodeURIComponent(short.replaceAll('+', ' '))
  } catch {
    return short
  }
}
