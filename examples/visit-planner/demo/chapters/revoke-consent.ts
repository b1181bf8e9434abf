import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Grant, scope } from '@charsu/sdk'
import type { Exchange } from '../../app/wire-log.ts'
import { eventOf } from '../app-process.ts'
import { expectEqual, expectThat } from '../expect-that.ts'
import { Party } from '../party.ts'
import { pick } from '../pick.ts'
import { type Stage, write } from '../stage.ts'
import { waitUntil } from '../wait-until.ts'
import { type DeliveryDetails, type DeliverySummary, listDeliveries } from './console.ts'

export interface RevokeFacts {
  /** The delivery that the app could not take, before the consent was taken back. */
  waiting: DeliveryDetails
  /** What the dead token got. */
  refused: { status: number; code: number }
  /** The grants that the seller still has for this app. */
  grantsLeft: number
  revocation: Exchange
  /** The same delivery in the end. */
  cancelled: DeliverySummary
  /** What asking for it again got. */
  resendRefused: number
  /** Events about the last words that reached the app. */
  leaked: number
}

export const LAST_WORDS = 'شمارهٔ تماس من ۰۹۱۲۱۲۳۴۵۶۷ است.'

interface GrantView {
  id: string
  app: { slug: string }
  scopes: { scope: string }[]
}

/** The app is down, a message waits for it, and the seller takes the consent back: it never gets that message. */
export async function revokeConsent(stage: Stage): Promise<RevokeFacts> {
  const { reporter, app, seller, buyer, developer, charsu, slug } = stage
  reporter.chapter('The seller takes the consent back')
  const token = await tokenOfApp(stage)
  await app.stop()
  reporter.note('The app is down for an update. The buyer writes; Charsu keeps the event and will try again.')
  await write(stage, buyer, LAST_WORDS)
  const pending = await waitUntil('the first attempt has failed', async () =>
    (await listDeliveries(stage)).find(
      ({ state, attempts_made }) => state === 'pending' && attempts_made > 0,
    ),
  )
  const deliveryUrl = `${charsu}/console/v1/apps/${slug}/deliveries/${pending.id}`
  const { body: waiting } = await developer.get<DeliveryDetails>(deliveryUrl, {
    show: (answer) => {
      const { attempts, ...rest } = answer as DeliveryDetails
      const tried = attempts.map((each) => pick(each, ['attempt', 'outcome', 'error']))
      return { ...(pick(rest, ['event_type', 'state', 'next_attempt_at']) as object), attempts: tried }
    },
  })

  reporter.note('The seller sees which apps may act in their name, and revokes this one.')
  const grants = await seller.get<{ grants: GrantView[] }>(`${charsu}/me/v1/grants`, {
    show: (answer) =>
      (answer as { grants: GrantView[] }).grants.map(({ app: { slug: name }, scopes }) => ({
        app: name,
        scopes: scopes.map(({ scope }) => scope),
      })),
  })
  const grant = grants.body.grants.find((each) => each.app.slug === slug)
  expectThat('the seller sees the grant', grant !== undefined, grants.body)
  await seller.call('DELETE', `${charsu}/me/v1/grants/${grant.id}`)

  reporter.note('At once the token that the app holds is worth nothing.')
  const refused = await sendWith(stage, token)
  expectEqual('what the dead token got', refused, { status: 401, code: 16 })
  const left = await seller.get<{ grants: GrantView[] }>(`${charsu}/me/v1/grants`, { show: null })

  reporter.note('The app comes back. It hears that the consent is gone, and nothing of what was waiting.')
  await app.start()
  const revocation = await app.tell(
    'the revocation event',
    (each) => eventOf(each).type === 'USER_ACCESS_REVOCATION' && each.status === 200,
  )
  reporter.note(
    'A revocation may come late, after a new consent: so the app has asked whether its token still works.',
  )
  app.tellRest()
  const cancelled = await waitUntil('the waiting delivery is cancelled', async () =>
    (await listDeliveries(stage)).find(({ id, state }) => id === pending.id && state !== 'pending'),
  )
  await listDeliveries(stage, true)
  expectEqual('the end of what was waiting', cancelled.state, 'cancelled')
  const { status: resendRefused } = await developer.post(`${deliveryUrl}/resend`, { status: 412 })
  const leaked = app.exchanges.filter((each) => eventOf(each).new_message?.text === LAST_WORDS).length
  expectEqual('events about the last words that reached the app', leaked, 0)
  return {
    waiting,
    refused,
    grantsLeft: left.body.grants.filter((each) => each.app.slug === slug).length,
    revocation,
    cancelled,
    resendRefused,
    leaked,
  }
}

async function tokenOfApp({ stateFolder, postToken }: Stage): Promise<string> {
  const { grants }: { grants: Grant[] } = JSON.parse(await readFile(join(stateFolder, 'grants.json'), 'utf8'))
  const wanted = scope.sendInPostConversations(postToken)
  const token = grants.find(({ scopes }) => scopes.includes(wanted))?.accessToken
  expectThat('the app keeps its token in its file', typeof token === 'string')
  return token
}

async function sendWith(stage: Stage, token: string): Promise<{ status: number; code: number }> {
  const { charsu, conversationId, secrets, reporter } = stage
  const holder = new Party('whoever holds the token', {
    reporter,
    names: new Map([[new URL(charsu).origin, 'Charsu']]),
    headers: { 'x-api-key': secrets.apiKey, authorization: `Bearer ${token}` },
  })
  const answer = await holder.post<{ code: number }>(
    `${charsu}/v2/open-platform/conversations/${conversationId}/messages`,
    { body: { message: 'هنوز هستم' }, status: 401, show: (error) => pick(error, ['code', 'message']) },
  )
  return { status: answer.status, code: answer.body.code }
}
