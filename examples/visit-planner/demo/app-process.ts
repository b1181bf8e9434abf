import { join } from 'node:path'
import type { Exchange } from '../app/wire-log.ts'
import { type Program, startProgram } from './child-process.ts'
import { StoryError } from './expect-that.ts'
import type { Reporter, WireExchange } from './reporter.ts'
import { shortenAll, shortenSecrets } from './shorten-secrets.ts'

const MAIN = join(import.meta.dirname, '../main.ts')
/** Beyond the second repeat of a delivery: on a busy machine the app may miss the first one while it starts. */
const PATIENCE_MS = 60_000

export interface AppSecrets {
  clientId: string
  clientSecret: string
  apiKey: string
  identificationKey: string
  webhookSecret: string
}

export interface AppInput {
  charsuUrl: string
  port: number
  stateFolder: string
  secrets: AppSecrets
  reporter: Reporter
}

type Predicate = (exchange: Exchange) => boolean

/** The visit planner as a process of its own, and what it says of its exchanges. */
export class AppProcess {
  readonly url: string
  readonly input: AppInput
  /** All of them, in the order in which they ended. */
  readonly exchanges: Exchange[] = []
  readonly #told = new Set<Exchange>()
  #waiting: (() => void)[] = []
  #program: Program | null = null

  constructor(input: AppInput) {
    this.input = input
    this.url = `http://127.0.0.1:${input.port}`
  }

  async start(): Promise<void> {
    const { secrets, charsuUrl, port, stateFolder } = this.input
    this.#program = await startProgram({
      name: 'the visit planner',
      script: MAIN,
      env: {
        PATH: process.env.PATH ?? '',
        CHARSU_URL: charsuUrl,
        PORT: String(port),
        PUBLIC_URL: this.url,
        CHARSU_CLIENT_ID: secrets.clientId,
        CHARSU_CLIENT_SECRET: secrets.clientSecret,
        CHARSU_API_KEY: secrets.apiKey,
        CHARSU_IDENTIFICATION_KEY: secrets.identificationKey,
        CHARSU_WEBHOOK_SECRET: secrets.webhookSecret,
        STATE_FOLDER: stateFolder,
        WIRE_LOG: 'json',
      },
      readyLine: /is ready at (\S+)/,
      onLine: (line) => this.#read(line),
    })
  }

  async stop(): Promise<void> {
    await this.#program?.stop()
    this.#program = null
  }

  signal(name: NodeJS.Signals): void {
    this.#program?.signal(name)
  }

  /**
   * The next exchange of this kind that was not told yet; told now, so that the story keeps its order.
   * @param showBody what of its body to tell.
   * @throws StoryError when there is none for 60 s.
   */
  async tell(what: string, isMeant: Predicate, showBody = (body: unknown) => body): Promise<Exchange> {
    const exchange = await this.#next(what, (each) => !this.#told.has(each) && isMeant(each))
    this.#told.add(exchange)
    this.input.reporter.exchange(asWireExchange({ ...exchange, body: showBody(exchange.body) }))
    return exchange
  }

  /** Whatever nobody asked for, so that nothing stays untold. */
  tellRest(): void {
    for (const exchange of this.exchanges) {
      if (this.#told.has(exchange) || isBrowsers(exchange)) continue
      this.#told.add(exchange)
      this.input.reporter.exchange(asWireExchange(exchange))
    }
  }

  #read(line: string): void {
    if (!line.startsWith('{')) return
    this.exchanges.push(JSON.parse(line) as Exchange)
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  async #next(what: string, isMeant: Predicate): Promise<Exchange> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wakeAll()
    }, PATIENCE_MS)
    try {
      for (;;) {
        const found = this.exchanges.find(isMeant)
        if (found) return found
        if (late) throw new StoryError(`waited ${PATIENCE_MS} ms in vain for ${what}`)
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  #wakeAll(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

const isFromCharsu = ({ way, method, path }: Exchange): boolean =>
  way === 'received' && method === 'POST' && path.startsWith('/charsu/')

/** What a browser asked the app for is told by the browser's own party. */
const isBrowsers = (exchange: Exchange): boolean => exchange.way === 'received' && !isFromCharsu(exchange)

const asWireExchange = ({ way, ...exchange }: Exchange): WireExchange => ({
  ...exchange,
  path: shortenSecrets(exchange.path),
  body: shortenAll(exchange.body),
  answer: shortenAll(exchange.answer),
  from: way === 'sent' ? 'visit planner' : 'Charsu',
  to: way === 'sent' ? 'Charsu' : 'visit planner',
})

interface EventBody {
  type?: string
  new_message?: { id: string; text?: string; sender: { type: string } }
}

export const eventOf = (exchange: Exchange): EventBody =>
  exchange.path === '/charsu/events' ? (exchange.body as EventBody) : {}

export const isCall =
  (path: string): Predicate =>
  (exchange) =>
    exchange.way === 'received' && exchange.path === path

export const isSent =
  (path: RegExp): Predicate =>
  (exchange) =>
    exchange.way === 'sent' && path.test(exchange.path)

/** An event about a message of a person (HUMAN) or of an app (BOT). */
export const isMessageEvent =
  (sender: 'HUMAN' | 'BOT', text?: string): Predicate =>
  (exchange) => {
    const message = eventOf(exchange).new_message
    return message?.sender.type === sender && (text === undefined || message.text === text)
  }
