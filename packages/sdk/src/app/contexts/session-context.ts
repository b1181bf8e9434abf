import { scope } from '../../oauth/scope.ts'
import { UsageError } from '../app-errors.ts'
import type { Call, ConnectRequest } from '../services.ts'
import { BaseContext } from './base-context.ts'
import { type ClickAnswer, checkOpen, checkUrl, setToast } from './click-answer.ts'

/** A session, whichever version it came in. */
export interface SessionFacts {
  version: 1 | 2
  /** Version 1 does not say. */
  source: string | undefined
  userId: string
  side: 'seller' | 'buyer' | undefined
  postToken: string | undefined
  conversationId: string | undefined
  returnUrl: string
  data: Record<string, unknown>
}

/**
 * A person is about to come to the app's page: by a button with a server link, or from a place of the marketplace's
 * pages (wire contract §3). Answered within 5 seconds, with {@link open} or {@link toast}.
 */
export class SessionContext<Data = Record<string, unknown>> extends BaseContext {
  readonly kind = 'session' as const
  /** What the button carries. */
  readonly data: Data
  readonly version: 1 | 2
  /** `CHAT_MESSAGE_ACTION`, `POST_ADDON` or the touchpoint; version 1 does not say. */
  readonly source: string | undefined
  readonly userId: string
  readonly side: 'seller' | 'buyer' | undefined
  readonly postToken: string | undefined
  readonly conversationId: string | undefined
  /** Brings the person back to where they came from: link to it from your page. */
  readonly returnUrl: string
  protected readonly answer: ClickAnswer

  /** @internal */
  constructor(call: Call, facts: SessionFacts & { data: Data }, answer: ClickAnswer) {
    super(call)
    this.data = facts.data
    this.version = facts.version
    this.source = facts.source
    this.userId = facts.userId
    this.side = facts.side
    this.postToken = facts.postToken
    this.conversationId = facts.conversationId
    this.returnUrl = facts.returnUrl
    this.answer = answer
  }

  /**
   * Opens your page. Its address is all that the person's browser brings along: put something into it that is hard to
   * guess and soon runs out.
   * @param url absolute, http or https.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.session('plan', (ctx) => ctx.open(`https://visits.example/plan/${ctx.postToken}`))
   * ```
   */
  open(url: string): void {
    checkOpen(this.answer, 'open')
    checkUrl(url)
    if (this.answer.url !== undefined) {
      throw new UsageError('a session opens one page, and one was given already', 'call ctx.open once')
    }
    if (this.answer.toast !== undefined) throw both()
    this.answer.url = url
  }

  /**
   * Shows the person a short text instead of a page.
   *
   * @example
   * ```ts
   * import { App, appSettings } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.session('plan', (ctx) => ctx.toast('The plan is not ready yet.'))
   * ```
   */
  toast(text: string): void {
    if (this.answer.url !== undefined) throw both()
    setToast(this.answer, text)
  }

  /**
   * Address of the page that asks this person for consent: for `ctx.open`, within 10 minutes. Afterwards they are brought
   * back to where they came from. With the scope USER_ID nobody else's consent is taken.
   *
   * @example
   * ```ts
   * import { App, appSettings, scope } from '@charsu/sdk'
   *
   * const app = new App(appSettings(process.env))
   * app.session('connect', async (ctx) => ctx.open(await ctx.connectUrl({ scopes: [scope.userId] })))
   * ```
   */
  override connectUrl(request: ConnectRequest): Promise<string> {
    const { side, returnUrl } = this
    const known = { ...(side && { side }), returnTo: returnUrl }
    const asksWho = request.scopes.some((one) => one === scope.userId)
    return super.connectUrl({ ...known, ...(asksWho && { userId: this.userId }), ...request })
  }

  protected override userIds(): readonly string[] {
    return [this.userId]
  }
}

const both = (): UsageError =>
  new UsageError(
    'a session is answered with a page or with a toast: beside a page no toast is shown',
    'call either ctx.open or ctx.toast, and show the text on the page',
  )
