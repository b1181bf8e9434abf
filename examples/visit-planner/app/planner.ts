import { type Charsu, Refusal } from './charsu.ts'
import type { Grants } from './grants.ts'
import type { Plan, Store } from './store.ts'
import { type ButtonData, visitMessage } from './visit-message.ts'
import { proposeTimes, timeInWords } from './visit-times.ts'

export interface PlannerDeps {
  store: Store
  charsu: Charsu
  grants: Grants
  guideUrl: string
  now: () => number
  report: (text: string) => void
}

/** How an offer ended, as its seller may read it. */
export type OfferOutcome = 'sent' | 'no_consent' | 'refused_by_person'

/** Code of google.rpc for a message that one of the two people does not want (wire contract §2). */
const FAILED_PRECONDITION = 9

/** Plans visits: offers times in a conversation and takes down what the buyer picks. */
export class Planner {
  readonly #deps: PlannerDeps

  constructor(deps: PlannerDeps) {
    this.#deps = deps
  }

  plan(conversationId: string): Plan | undefined {
    return this.#deps.store.state.plans[conversationId]
  }

  plansOf(postToken: string): Plan[] {
    return Object.values(this.#deps.store.state.plans).filter((plan) => plan.postToken === postToken)
  }

  /**
   * Sends the two-faced message, as the seller.
   * @param key the same key sends one message, however often this is tried.
   * @throws what may pass: Charsu is down, or too much was asked.
   */
  async offer(input: { conversationId: string; postToken: string; key: string }): Promise<OfferOutcome> {
    const { charsu, grants, store, guideUrl, now } = this.#deps
    const { conversationId, postToken, key } = input
    const grant = grants.of(postToken)
    if (!grant) return 'no_consent'
    const times = proposeTimes(now())
    try {
      const message = visitMessage({ postToken, times, guideUrl })
      await charsu.sendMessage(await grants.token(grant), conversationId, message, key)
    } catch (error) {
      return outcomeOf(error)
    }
    await store.change(({ plans }) => {
      plans[conversationId] = { picked: null, ...plans[conversationId], conversationId, postToken, times }
    })
    return 'sent'
  }

  /** @returns what to tell the buyer. */
  async pick(conversationId: string, time: string): Promise<string> {
    const plan = this.plan(conversationId)
    if (!plan?.times.includes(time)) return 'این زمان دیگر در دسترس نیست. از فروشنده زمان تازه بخواهید.'
    await this.#deps.store.change(() => {
      plan.picked = time
    })
    return `بازدید شما برای ${timeInWords(time)} ثبت شد.`
  }

  /** Tells the seller outside the chat; nothing is lost when it fails, for the plan page shows the same. */
  async tellSeller(conversationId: string): Promise<void> {
    const { charsu, grants, report } = this.#deps
    const plan = this.plan(conversationId)
    const grant = plan && grants.of(plan.postToken)
    if (!plan?.picked || !grant) return
    try {
      await charsu.sendNotice(await grants.token(grant), {
        message: `خریدار برای بازدید ${timeInWords(plan.picked)} را انتخاب کرد.`,
        postToken: plan.postToken,
        buttonTitle: 'برنامهٔ بازدیدها',
        serverLinkData: { visit: 'plan' } satisfies ButtonData,
      })
    } catch (error) {
      report(`the notice was not sent: ${error}`)
    }
  }
}

function outcomeOf(error: unknown): OfferOutcome {
  if (!(error instanceof Refusal) || error.isPassing) throw error
  if (error.code === FAILED_PRECONDITION) return 'refused_by_person'
  if (error.status === 401 || error.status === 403) return 'no_consent'
  throw error
}
