import { randomBytes } from 'node:crypto'
import { DynamicActionBody, SessionBodyV2 } from '@charsu/protocol/click-requests'
import { parser } from '@charsu/protocol/parse'
import { type AnswerDeps, grantFor } from './answer-event.ts'
import type { BotCall } from './bot-call.ts'
import {
  bookedNotice,
  otherTimesMessage,
  readBotData,
  settledMessage,
  type TwoFaces,
} from './bot-messages.ts'
import { WORDS } from './bot-words.ts'
import { timeInWords } from './visit-times.ts'

export interface ClickDeps extends AnswerDeps {
  /** What a click sets off, and does not wait for. */
  later(work: () => Promise<boolean>): void
  /** Origin under which people's browsers find the bot's pages. */
  pagesUrl(): string
}

export interface ClickAnswer {
  text_message?: string
  url?: string
}

const actionBody = parser(DynamicActionBody)
const sessionBody = parser(SessionBodyV2)

/** Longer than anybody needs for one look. */
const PAGE_MS = 60 * 60_000

/** What a click on one of the bot's buttons comes to: a toast at once, and messages in their own time. */
export async function answerAction(deps: ClickDeps, call: BotCall): Promise<ClickAnswer> {
  const read = actionBody.parse(call.body)
  const data = read.ok && readBotData(read.value.extra_data)
  if (!data) return { text_message: WORDS.fa.notUnderstood }
  const words = WORDS[data.language]
  const { conversation_id: conversationId, post_token: postToken } = read.value
  if (data.do === 'hello') return { text_message: words.helloToast }
  const grant = postToken === undefined ? null : await grantFor(deps.memory, postToken)
  if (!grant || postToken === undefined || conversationId === undefined) {
    return { text_message: words.notUnderstood }
  }
  const say = (message: TwoFaces): Promise<boolean> =>
    sayOnce(deps, { message, conversationId, postToken, call })
  if (data.do === 'another') {
    deps.later(() => say(otherTimesMessage(data.language, deps.now())))
    return { text_message: words.anotherSent }
  }
  if (data.do !== 'pick') return { text_message: words.notUnderstood }
  if (Date.parse(data.time) <= deps.now()) return { text_message: words.past }
  await deps.memory.put('visit', conversationId, { conversationId, postToken, time: data.time })
  deps.later(() => say(settledMessage(data.language, data.time)))
  deps.later(() =>
    notify(deps, { postToken, notice: bookedNotice(data.language, postToken, data.time), call }),
  )
  return { text_message: words.set(timeInWords(data.time, data.language)) }
}

/** The page behind a server link: the seller's list of visits, or what the bot is. */
export async function openPage(deps: ClickDeps, call: BotCall): Promise<ClickAnswer> {
  const read = sessionBody.parse(call.body)
  // What the apps' menu of a chat opens carries no data of ours, and means the same page.
  const data = read.ok && (readBotData(read.value.extra_data) ?? ({ do: 'visits', language: 'fa' } as const))
  if (data === false || data.do !== 'visits') return { url: `${deps.pagesUrl()}/dev/demo-bot` }
  const { post_token: postToken, user_id: userId, return_url: returnUrl } = read.value
  const grant = postToken === undefined ? null : await grantFor(deps.memory, postToken)
  if (postToken === undefined || grant?.userId !== userId) {
    return { text_message: WORDS[data.language].sellerOnly }
  }
  await deps.memory.prune(deps.now())
  const ticket = randomBytes(24).toString('base64url')
  await deps.memory.put('page', ticket, {
    postToken,
    returnUrl,
    language: data.language,
    expiresAt: deps.now() + PAGE_MS,
  })
  return { url: `${deps.pagesUrl()}/dev/demo-bot/visits/${ticket}` }
}

interface Saying {
  message: TwoFaces
  conversationId: string
  postToken: string
  call: BotCall
}

/** @returns false when it has to be tried again. */
async function sayOnce({ memory, platform }: ClickDeps, saying: Saying): Promise<boolean> {
  // Read anew: what was renewed meanwhile is over.
  const grant = await grantFor(memory, saying.postToken)
  if (!grant) return true
  const end = await platform.call({
    path: `/v2/open-platform/conversations/${saying.conversationId}/messages`,
    body: saying.message,
    grant,
    idempotencyKey: `click-${saying.call.webhookId}`,
    traceparent: saying.call.traceparent,
  })
  return end.kind !== 'later'
}

async function notify(
  { memory, platform }: ClickDeps,
  {
    postToken,
    notice,
    call,
  }: Omit<Saying, 'message' | 'conversationId'> & { notice: Record<string, unknown> },
): Promise<boolean> {
  const grant = await grantFor(memory, postToken)
  if (!grant) return true
  const end = await platform.call({
    path: '/experimental/open-platform/events/send',
    body: notice,
    grant,
    traceparent: call.traceparent,
  })
  return end.kind !== 'later'
}
