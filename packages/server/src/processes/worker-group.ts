import cluster, { type Worker } from 'node:cluster'
import type { Clock } from '../clock.ts'
import { type Reporter, ReportGathering } from './report-gathering.ts'
import { afterEnding } from './restart-policy.ts'
import type { ToPrimary, ToWorker } from './worker-messages.ts'

export interface WorkerGroupDeps {
  count: number
  /** As configured; 0 for one that is free, the same for all workers. */
  port: number
  /** Settings of the workers, on top of those of this process. */
  env: Readonly<Record<string, string>>
  clock: Clock
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  /** No worker serves and new ones fail over and over. */
  onGiveUp(error: WorkerStartError): void
  /** How long a worker goes on serving once it is told to stop; 0 when absent. */
  stopDelayMs?: number
}

/** What the workers serve. */
export interface Serving {
  port: number
  url: string
  hostKey: string
}

/** A worker could not start; the message is for whoever started the program. */
export class WorkerStartError extends Error {
  override name = 'WorkerStartError'
}

/** Set in the environment of workers: a process may also be a worker of some other program's cluster. */
export const WORKER_MARK = 'CHARSU_WORKER'

/** A place in the group: its worker of the moment and those before. */
interface Place extends Reporter {
  worker: Worker | undefined
  /** Which port its worker was told to listen on. */
  asked: number
  /** When its worker is gone and its last word has been heard. */
  gone: Promise<void>
  /** Monotonic milliseconds; null until it serves. */
  servesSince: number | null
  explanation: string | undefined
  failures: number
  timer: NodeJS.Timeout | undefined
}

/** A worker ends by itself before this, counted from the end of its stop delay. */
const KILL_AFTER_MS = 13_000

/**
 * What a worker has said may still be under way when it is gone. Of one that was killed while a connection was dealt to
 * it Node tells the exit, and never that it is disconnected: its part in the socket would keep the port.
 */
const LAST_WORDS_MS = 1_000

/**
 * Worker processes behind one port, which this process opens and whose connections it deals out in turn. A worker
 * that ends is replaced; one that this process cannot tell to stop any more, because it was killed, stops by itself.
 */
export class WorkerGroup {
  readonly #deps: WorkerGroupDeps
  readonly #places: Place[]
  readonly #reports = new ReportGathering()
  readonly #allReady = Promise.withResolvers<Serving>()
  #serving: Serving | undefined
  #started = false
  #stopping = false

  constructor(deps: WorkerGroupDeps) {
    this.#deps = deps
    this.#places = Array.from({ length: deps.count }, () => this.#emptyPlace())
  }

  /**
   * Starts them all; resolves once all of them serve.
   * @throws WorkerStartError when one of them cannot start.
   */
  start(): Promise<Serving> {
    cluster.schedulingPolicy = cluster.SCHED_RR
    for (const place of this.#places) this.#fork(place)
    return this.#allReady.promise
  }

  /** Lets every worker finish what it does, and resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopping = true
    const { stopDelayMs = 0 } = this.#deps
    const ends = this.#places.map(async ({ worker, gone, timer }) => {
      clearTimeout(timer)
      if (!worker) return
      tell(worker, { type: 'stop' })
      const kill = setTimeout(() => worker.process.kill('SIGKILL'), stopDelayMs + KILL_AFTER_MS)
      await gone
      clearTimeout(kill)
    })
    await Promise.all(ends)
  }

  #emptyPlace(): Place {
    const place: Place = {
      worker: undefined,
      asked: this.#deps.port,
      gone: Promise.resolve(),
      servesSince: null,
      explanation: undefined,
      failures: 0,
      timer: undefined,
      ask: (id) => {
        if (place.worker) tell(place.worker, { type: 'report?', id })
      },
    }
    return place
  }

  #fork(place: Place): void {
    const asked = this.#portToAsk()
    const worker = cluster.fork({
      ...this.#deps.env,
      [WORKER_MARK]: 'yes',
      CHARSU_PORT: String(asked),
    })
    Object.assign(place, { worker, asked, servesSince: null, explanation: undefined, timer: undefined })
    worker.on('error', (error) =>
      this.#deps.log.warn({ err: error, pid: worker.process.pid }, 'a worker fails'),
    )
    worker.on('message', (message: ToPrimary) => this.#onMessage(place, worker, message))
    const exit = new Promise<string>((resolve) => {
      worker.once('exit', (code: number, signal: string | null) => resolve(signal ?? `code ${code}`))
    })
    const silence = new Promise<void>((resolve) => {
      worker.once('disconnect', resolve)
    })
    place.gone = exit.then(async (how) => {
      const late = setTimeout(() => worker.process.emit('disconnect'), LAST_WORDS_MS)
      await silence
      clearTimeout(late)
      this.#onGone(place, worker, how)
    })
  }

  /**
   * While a worker serves, the socket goes by the port that it asked for, so others must ask for the same. When none
   * does, a free port would be another one than before.
   */
  #portToAsk(): number {
    const serving = this.#places.find(({ servesSince }) => servesSince !== null)
    return serving?.asked ?? this.#serving?.port ?? this.#deps.port
  }

  #onMessage(place: Place, worker: Worker, message: ToPrimary): void {
    if (message.type === 'ready') this.#onReady(place, worker, message)
    else if (message.type === 'failed') place.explanation = message.explanation
    else if (message.type === 'report') this.#reports.answered(place, message.id, message.report)
    else {
      this.#reports.told(place, message.own)
      void this.#reports
        .gather(this.#places.filter((other) => other !== place && other.servesSince !== null))
        .then((reports) => tell(worker, { type: 'gathered', id: message.id, reports }))
    }
  }

  #onReady(place: Place, worker: Worker, { port, url, hostKey }: Serving): void {
    // While it was loading its program it could not hear.
    if (this.#stopping) tell(worker, { type: 'stop' })
    if (this.#serving && this.#serving.port !== port) {
      // The last of the others ended between its fork and its listening: it came upon a free port of its own.
      worker.process.kill('SIGKILL')
      return
    }
    place.servesSince = this.#deps.clock.monotonic()
    this.#serving ??= { port, url, hostKey }
    if (this.#started || this.#places.some(({ servesSince }) => servesSince === null)) return
    this.#started = true
    this.#allReady.resolve(this.#serving)
  }

  #onGone(place: Place, worker: Worker, how: string): void {
    const { servesSince, explanation } = place
    Object.assign(place, { worker: undefined, servesSince: null })
    this.#reports.gone(place)
    if (this.#stopping) return
    const pid = worker.process.pid
    const problem = explanation ?? `a worker process ended (${how}) before it could serve`
    if (!this.#started) {
      this.#allReady.reject(new WorkerStartError(problem))
      return
    }
    const next = afterEnding({
      servedMs: servesSince === null ? null : this.#deps.clock.monotonic() - servesSince,
      failures: place.failures,
      othersServe: this.#places.some((other) => other.servesSince !== null),
    })
    if (next.kind === 'give-up') {
      this.#stopping = true
      this.#deps.onGiveUp(new WorkerStartError(`no worker process can be kept running: ${problem}`))
      return
    }
    place.failures = next.failures
    this.#deps.log.error(
      { pid, how, explanation, afterMs: next.afterMs },
      'a worker ended; another is started',
    )
    place.timer = setTimeout(() => this.#fork(place), next.afterMs)
  }
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message)
}
