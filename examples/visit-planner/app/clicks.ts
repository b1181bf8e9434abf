import { randomBytes } from 'node:crypto'
import type { DynamicActionRequest } from '@charsu/protocol/dynamic-action'
import type { SessionRequestV1, SessionRequestV2 } from '@charsu/protocol/session-initialization'
import type { Grants } from './grants.ts'
import type { Planner } from './planner.ts'
import type { Store } from './store.ts'
import type { ButtonData } from './visit-message.ts'
import { timeInWords } from './visit-times.ts'

export interface ClickDeps {
  store: Store
  grants: Grants
  planner: Planner
  publicUrl: string
  now: () => number
}

/** Longer than anybody needs for one look, short enough that a leaked address soon is worth nothing. */
const PAGE_MS = 60 * 60_000
const MAP_URL = 'https://www.openstreetmap.org/?mlat=35.7575&mlon=51.4100#map=17/35.7575/51.4100'

/** What Charsu is told to do after a click. */
export interface DynamicAnswer {
  text_message?: string
  action?: { open_direct_link: string } | { open_server_link: { data: ButtonData } }
}

/** A click on a server link, of whichever version the app is set to. */
interface SessionFacts {
  userId: string
  postToken: string | undefined
  returnUrl: string
}

/** Charsu says which version it speaks: version 2 by a header, version 1 by its absence. */
export function readSession(version: string | null, body: SessionRequestV1 | SessionRequestV2): SessionFacts {
  const facts = { userId: body.user_id, postToken: body.post_token }
  return version === '2'
    ? { ...facts, returnUrl: (body as SessionRequestV2).return_url }
    : { ...facts, returnUrl: (body as SessionRequestV1).callback_url }
}

/** Opens the seller's plan of visits: the address holds a ticket, for a browser brings nothing else to know it by. */
export async function openPlan(
  { store, grants, publicUrl, now }: ClickDeps,
  { userId, postToken, returnUrl }: SessionFacts,
): Promise<{ url: string } | { text_message: string }> {
  if (postToken === undefined || grants.of(postToken)?.userId !== userId) {
    return { text_message: 'برنامهٔ بازدیدها را فقط فروشندهٔ این آگهی می‌بیند.' }
  }
  const ticket = randomBytes(24).toString('base64url')
  await store.change(({ pages }) => {
    for (const [old, { expiresAt }] of Object.entries(pages)) if (expiresAt < now()) delete pages[old]
    pages[ticket] = { postToken, returnUrl, expiresAt: now() + PAGE_MS }
  })
  return { url: `${publicUrl}/plan/${ticket}` }
}

/** Answers a dynamic action: with a toast, with a further action, or with both. */
export async function answerAction(deps: ClickDeps, request: DynamicActionRequest): Promise<DynamicAnswer> {
  const data = request.extra_data as Partial<ButtonData>
  const conversationId = request.conversation_id ?? ''
  if (data.visit === 'address') return { action: { open_direct_link: MAP_URL } }
  if (data.visit === 'pick' && request.user_side === 'DEMAND') {
    return { text_message: await deps.planner.pick(conversationId, data.time ?? '') }
  }
  if (data.visit === 'next' && request.user_side === 'SUPPLY') {
    const picked = deps.planner.plan(conversationId)?.picked
    const toast = picked ? `بازدید بعدی: ${timeInWords(picked)}` : 'هنوز زمانی انتخاب نشده است.'
    return { text_message: toast, action: { open_server_link: { data: { visit: 'plan' } } } }
  }
  return {}
}
