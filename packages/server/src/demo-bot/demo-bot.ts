import { DEMO_BOT_SLUG } from '../apps/demo-bot-app.ts'
import { knownCredentials } from '../apps/development-credentials.ts'
import type { Site } from '../http/site.ts'
import type { Log } from '../log.ts'
import type { ClickDeps } from './answer-click.ts'
import type { CallSecrets } from './bot-call.ts'
import { BotMemory } from './bot-memory.ts'
import { findBotApp, inTurn } from './bot-store.ts'
import { appsAtWork } from './other-apps.ts'
import { type BotKeys, PlatformClient } from './platform-client.ts'
import {
  BOT_DEVELOPER,
  type SettleDeps,
  settleApp,
  settleConsent,
  settleFirstMessage,
  settleGrant,
} from './settle-bot.ts'

export interface DemoBotDeps extends Omit<SettleDeps, 'memory' | 'platform' | 'origin' | 'pagesUrl'> {
  log: Log
  /** Where people's browsers find it. */
  site: Site
  /** Whether this node sees to the bot at all; nodes of tests do where they want it. */
  runs: boolean
}

const LOOK_MS = 15_000
const LOOK_AGAIN_MS = 2_000
const PROBE_MS = 2_000
/** Waits before what a click set off is tried again. */
const TRY_AGAIN_MS = [500, 2_000, 8_000, 20_000]

/**
 * The bundled app. It lives in the server's process and nowhere else in it: it is called by HTTP as every app is, and
 * calls the platform by HTTP with its own key and tokens. What it remembers lies in the database, so that it goes on
 * after a restart, in another process, and with the marketplace of a snapshot.
 */
export class DemoBot {
  readonly memory: BotMemory
  readonly platform: PlatformClient
  readonly #deps: DemoBotDeps
  readonly #underWay = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #origin = ''
  /** Its app calls this node. */
  #isCalled = false
  #timer: NodeJS.Timeout | undefined

  constructor(deps: DemoBotDeps) {
    this.#deps = deps
    this.memory = new BotMemory(deps.db)
    this.platform = new PlatformClient({
      memory: this.memory,
      origin: () => this.#origin,
      keys: () => this.#keys(),
      now: () => deps.clock.now(),
    })
  }

  /** The server listens there by now. */
  start({ host, port }: { host: string; port: number }): void {
    this.#origin = `http://${host.includes('::1') ? '[::1]' : '127.0.0.1'}:${port}`
    if (this.#deps.runs) this.#track(this.#look())
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await Promise.all(this.#underWay)
  }

  /** What to answer with, and with what. */
  answering(): ClickDeps {
    const { db, clock } = this.#deps
    return {
      memory: this.memory,
      platform: this.platform,
      isTaken: async (postToken) => (await appsAtWork(db, [postToken])).length > 0,
      now: () => clock.now(),
      later: (work) => this.#track(this.#persist(work)),
      pagesUrl: () => this.#deps.site.publicUrl,
    }
  }

  async secrets(): Promise<CallSecrets | null> {
    const { db } = this.#deps
    const app = await findBotApp(db, BOT_DEVELOPER)
    const known = app && (await knownCredentials(db, DEMO_BOT_SLUG))
    if (!known || app.identificationKey === null) return null
    return { identificationKey: app.identificationKey, webhookSecret: known.webhookSecret }
  }

  /** Switched on, it gets what it needs to answer, the seller's consent included. */
  async turn(enabled: boolean): Promise<void> {
    const deps = this.#settling()
    if (enabled) await settleApp(deps)
    await this.memory.change({ enabled })
    if (!enabled) {
      for (const grant of await this.memory.all('grant')) await this.platform.giveUp(grant)
      return
    }
    // A consent that was taken back a moment ago shows by its tokens, before the event of it comes.
    for (const grant of await this.memory.all('grant')) await this.platform.renew(grant)
    if ((await this.memory.all('grant')).length === 0) await settleConsent(deps)
    await this.settleGrants()
  }

  async #keys(): Promise<BotKeys | null> {
    const known = await knownCredentials(this.#deps.db, DEMO_BOT_SLUG)
    return known && { clientId: DEMO_BOT_SLUG, ...known }
  }

  #settling(): SettleDeps {
    const { site, ...deps } = this.#deps
    const { memory, platform } = this
    return { ...deps, memory, platform, origin: () => this.#origin, pagesUrl: () => site.publicUrl }
  }

  /** One node after the other: what needs to be done once is then done by the first. */
  async #settle(): Promise<void> {
    await inTurn(this.#deps.db, async () => {
      const { enabled, consented, greeted } = await this.memory.switch()
      if (!enabled) return
      const deps = this.#settling()
      if (!consented) await settleConsent(deps)
      await this.settleGrants()
      const grants = await this.memory.all('grant')
      if (!greeted && grants.some(({ subscribedUntil }) => subscribedUntil > 0))
        await settleFirstMessage(deps)
      await this.memory.prune(deps.clock.now())
    })
  }

  async settleGrants(): Promise<void> {
    for (const grant of await this.memory.all('grant')) await settleGrant(this.#settling(), grant)
  }

  async #look(): Promise<void> {
    const isWell = await this.#carefully(async () => {
      // Each node by itself: whoever began last is the one that is called, until it is gone.
      if (!this.#isCalled || !(await this.#isAnswered())) await settleApp(this.#settling())
      this.#isCalled = true
      await this.#settle()
    })
    if (this.#stopping.signal.aborted) return
    this.#timer = setTimeout(() => this.#track(this.#look()), isWell ? LOOK_MS : LOOK_AGAIN_MS)
    this.#timer.unref()
  }

  /** Whether a node listens where the bot's app is called. */
  async #isAnswered(): Promise<boolean> {
    const url = (await findBotApp(this.#deps.db, BOT_DEVELOPER))?.eventsUrl ?? null
    if (url === null || url.startsWith(`${this.#origin}/`)) return true
    try {
      const answer = await fetch(new URL('/dev/demo-bot', url), { signal: AbortSignal.timeout(PROBE_MS) })
      await answer.body?.cancel()
      return answer.ok
    } catch {
      return false
    }
  }

  /** Whatever becomes of the bot, the server goes on. */
  async #carefully(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!this.#stopping.signal.aborted) {
        this.#deps.log.warn({ err: error }, 'the demo bot is not ready; it is seen to again')
      }
      return false
    }
  }

  async #persist(work: () => Promise<boolean>): Promise<void> {
    await this.#carefully(async () => {
      if (await work()) return
      for (const ms of TRY_AGAIN_MS) {
        await pause(ms, this.#stopping.signal)
        if (this.#stopping.signal.aborted || (await work())) return
      }
    })
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }
}

/** Ends early when the signal says so. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
